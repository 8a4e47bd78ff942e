{{/* Names and labels. */}}

{{- define "wva.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The release's name where it contains the chart's; 52 characters at most, so that suffixes fit into 63. */}}
{{- define "wva.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "wva.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "wva.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "wva.selector" -}}
app.kubernetes.io/name: {{ include "wva.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "wva.labels" -}}
{{ include "wva.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "wva.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "wva.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name: the account to use, because serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* The Secret of the serving certificate. */}}
{{- define "wva.tlsSecret" -}}
{{- if eq .Values.certificates.mode "existingSecret" }}
{{- required "certificates.existingSecret: name of the Secret with tls.crt and tls.key, because certificates.mode is existingSecret" .Values.certificates.existingSecret }}
{{- else }}
{{- printf "%s-tls" (include "wva.fullname" .) }}
{{- end }}
{{- end }}

{{/* The namespace whose variants are served; empty: of all. */}}
{{- define "wva.watchNamespace" -}}
{{- if .Values.wva.namespaceScoped }}
{{- default .Release.Namespace .Values.wva.watchNamespace }}
{{- else if .Values.wva.watchNamespace }}
{{- fail "wva.watchNamespace is only used where wva.namespaceScoped is true: set that too, or leave wva.watchNamespace empty" }}
{{- end }}
{{- end }}

{{/* By which the API server calls it, and what its certificate must name. */}}
{{- define "wva.serverName" -}}
{{- printf "%s.%s.svc" (include "wva.fullname" .) .Release.Namespace }}
{{- end }}

{{/* "true" where Helm can look into a cluster: `helm template` and client-side dry runs can't. Every cluster has this registration. */}}
{{- define "wva.clusterIsThere" -}}
{{- if lookup "apiregistration.k8s.io/v1" "APIService" "" "v1." }}true{{ end }}
{{- end }}

{{/* Takes (list $ API-VERSION VALUE WHAT): fails where a cluster is there that doesn't serve what the value asks for. */}}
{{- define "wva.requireApi" -}}
{{- $ := index . 0 }}
{{- if and (include "wva.clusterIsThere" $) (not ($.Capabilities.APIVersions.Has (index . 1))) }}
{{- fail (printf "%s needs %s, which this cluster does not have (%s is not served): install it first, or change that value" (index . 2) (index . 3) (index . 1)) }}
{{- end }}
{{- end }}

{{- define "wva.image" -}}
{{- with .Values.wva.image }}
{{- if regexMatch "llm-d[^/]*/[^/]*workload-variant-autoscaler$" .repository }}
{{- fail (printf "wva.image.repository: %s is the image of the controller, which is another program: take wva.image out of that values file" .repository) }}
{{- end }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}
{{- end }}
{{- end }}
{{- end }}
