{{/*
Values of the controller's chart that have no meaning here: what they configured doesn't exist, or needs no configuration. The schema accepts
them; this lists those that were given, one a line.
*/}}
{{- define "wva.ignoredValues" -}}
{{- $ignored := dict
  "wva" (list "enabled" "metrics" "reconcileInterval" "configMap" "limitedMode" "nodeSelector" "controllerInstance" "poolGroup" "modelName" "otel")
  "va" (list "sloTpot" "sloTtft")
}}
{{- $given := list }}
{{- range $section, $names := $ignored }}
{{- range $names }}
{{- if hasKey (get $.Values $section) . }}
{{- $given = append $given (printf "- %s.%s" $section .) }}
{{- end }}
{{- end }}
{{- end }}
{{- if hasKey .Values "vllmService" }}
{{- $given = append $given "- vllmService" }}
{{- end }}
{{- join "\n" (sortAlpha $given) }}
{{- end }}
