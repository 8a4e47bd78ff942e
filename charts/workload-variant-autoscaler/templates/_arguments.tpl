{{/*
The program's arguments. Every option of wva.options becomes --NAME=VALUE, a list one argument per item; an option that is null or empty is
left to the program's default. Numbers come as floats where they are read from a file, so they are written as integers.
*/}}
{{- define "wva.argument" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{- define "wva.verbosity" -}}
{{- $level := .Values.wva.logging.level }}
{{- if kindIs "string" $level }}
{{- get (dict "error" "0" "warn" "0" "info" "0" "debug" "4") $level | default $level }}
{{- else }}
{{- int $level }}
{{- end }}
{{- end }}

{{- define "wva.prometheusCaFile" -}}
{{- $prometheus := .Values.wva.prometheus }}
{{- if and $prometheus.caCert $prometheus.caConfigMap.name }}
{{- fail "wva.prometheus.caCert and wva.prometheus.caConfigMap.name say the same: give one of them" }}
{{- end }}
{{- if $prometheus.caCert }}
{{- default "/etc/inferno-adapter/prometheus/ca.crt" $prometheus.tls.caCertPath }}
{{- else if $prometheus.caConfigMap.name -}}
/etc/inferno-adapter/prometheus/ca.crt
{{- end }}
{{- end }}

{{- define "wva.prometheusTokenFile" -}}
{{- $token := .Values.wva.prometheus.bearerToken }}
{{- if and $token.serviceAccount $token.secretName }}
{{- fail "wva.prometheus.bearerToken: serviceAccount and secretName are two tokens, and Prometheus gets one: give one of them" }}
{{- end }}
{{- if $token.serviceAccount -}}
/var/run/secrets/kubernetes.io/serviceaccount/token
{{- else if $token.secretName -}}
/etc/inferno-adapter/prometheus-token/{{ $token.key }}
{{- end }}
{{- end }}

{{- define "wva.arguments" -}}
- --secure-port=6443
- --tls-cert-file=/etc/inferno-adapter/tls/tls.crt
- --tls-private-key-file=/etc/inferno-adapter/tls/tls.key
- --shutdown-grace-period={{ int .Values.wva.shutdownGracePeriodSeconds }}s
- --external-metrics={{ .Values.apiServices.external.enabled }}
- --lease-name={{ include "wva.fullname" . }}
{{- with include "wva.watchNamespace" . }}
- --watch-namespace={{ . }}
{{- end }}
- --prometheus-url={{ required "wva.prometheus.baseURL: where Prometheus is, such as http://prometheus-operated.monitoring.svc:9090" .Values.wva.prometheus.baseURL }}
{{- with include "wva.prometheusCaFile" . }}
- --prometheus-ca-file={{ . }}
{{- end }}
{{- if .Values.wva.prometheus.tls.insecureSkipVerify }}
- --prometheus-insecure-skip-verify=true
{{- end }}
{{- with include "wva.prometheusTokenFile" . }}
- --prometheus-token-file={{ . }}
{{- end }}
{{- if .Values.wva.prometheus.clientCertificate.secretName }}
- --prometheus-client-cert-file=/etc/inferno-adapter/prometheus-client/tls.crt
- --prometheus-client-key-file=/etc/inferno-adapter/prometheus-client/tls.key
{{- end }}
- -v={{ include "wva.verbosity" . }}
- --log-format={{ .Values.wva.logging.format }}
{{- range $name, $value := .Values.wva.options }}
{{- if kindIs "slice" $value }}
{{- range $value }}
- {{ printf "--%s=%s" $name (include "wva.argument" .) | quote }}
{{- end }}
{{- else if not (or (kindIs "invalid" $value) (eq (toString $value) "")) }}
- {{ printf "--%s=%s" $name (include "wva.argument" $value) | quote }}
{{- end }}
{{- end }}
{{- range .Values.wva.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end }}
