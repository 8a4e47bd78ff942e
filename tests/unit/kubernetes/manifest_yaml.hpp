// Objects as YAML, each followed by the separator.
#pragma once

#include <string>

namespace inferno::kubernetes {

// A Deployment's manifest.
inline std::string deployment_yaml(const std::string& name, int replicas) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name +
         "}\nspec: {replicas: " + std::to_string(replicas) + "}\n---\n";
}

// A VariantAutoscaling of that Deployment, of the same name.
inline std::string variant_yaml(const std::string& name) {
  return "apiVersion: llmd.ai/v1alpha1\nkind: VariantAutoscaling\nmetadata: {name: " + name +
         "}\nspec:\n  modelID: m\n" + "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: " + name +
         "}\n---\n";
}

}  // namespace inferno::kubernetes
