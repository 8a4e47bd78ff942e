{{/*
The alerts, as a YAML list; the caller adds runbook_url and the values' labels. They use the adapter's own series, and `up`. $adapter begins a
selector, without its closing brace, of this release's replicas: job is the Service's name, as the ServiceMonitor makes it. Each replica has the
series of every variant with the same value, hence max by (...).
*/}}
{{- define "wva.alerts" }}
{{- $adapter := printf "{job=%q,namespace=%q" (include "wva.fullname" .) .Release.Namespace }}
{{- $apis := `group=~"(custom|external)[.]metrics[.]k8s[.]io"` }}
{{- $variant := "variantautoscaling_namespace, variantautoscaling_name" }}
{{- $model := "variantautoscaling_namespace, model_id" }}
{{- $wanted := printf "sum by (%s) (max by (%s, model_id) (inferno_desired_replicas%s}))" $model $variant $adapter }}
{{- $wantedBefore := printf "sum by (%s) (max by (%s, model_id) (inferno_desired_replicas%s} offset 15m))" $model $variant $adapter }}
- alert: InfernoAdapterDown
  expr: absent(up{{ $adapter }}} == 1)
  for: 5m
  labels:
    severity: critical
  annotations:
    summary: No replica of the adapter can be scraped.
    description: Prometheus has reached no replica of {{ include "wva.fullname" . }} in {{ .Release.Namespace }} for 5 minutes. If none runs, autoscalers hold the replicas they have, and no model goes to zero or wakes.
{{- if gt (int .Values.wva.replicaCount) 1 }}
- alert: InfernoAdapterReplicaMissing
  expr: count(up{{ $adapter }}} == 1) < {{ int .Values.wva.replicaCount }}
  for: 15m
  labels:
    severity: warning
  annotations:
    summary: A replica of the adapter is missing.
    description: Only {{ "{{ $value }}" }} of {{ int .Values.wva.replicaCount }} replicas of {{ include "wva.fullname" . }} in {{ .Release.Namespace }} have answered Prometheus for 15 minutes.
{{- end }}
- alert: InfernoAnswersFailing
  expr: |
    sum(rate(inferno_adapter_http_requests_total{{ $adapter }},{{ $apis }},code=~"5.."}[5m]))
      / sum(rate(inferno_adapter_http_requests_total{{ $adapter }},{{ $apis }}}[5m])) > 0.05
  for: 5m
  labels:
    severity: critical
  annotations:
    summary: Autoscalers get errors instead of replica counts.
    description: {{ "'{{ $value | humanizePercentage }} of the metric requests of the last 5 minutes were answered with an error of the server. Autoscalers that get one hold the replicas they have.'" }}
- alert: InfernoRequestsRefused
  expr: sum by (reason) (rate(inferno_adapter_http_refusals_total{{ $adapter }}}[5m])) > 0
  for: 10m
  labels:
    severity: warning
  annotations:
    summary: The adapter turns requests away because it is overloaded.
    description: {{ "'For 10 minutes the limit {{ $labels.reason }} has been reached again and again ({{ $value | humanize }} refusals a second).'" }}
- alert: InfernoSignalsStale
  expr: |
    inferno_adapter_signal_age_seconds{{ $adapter }}} > 60
      and on (namespace, pod) sum by (namespace, pod) (rate(inferno_adapter_http_requests_total{{ $adapter }},{{ $apis }}}[5m])) > 0
  for: 1m
  labels:
    severity: critical
  annotations:
    summary: Decisions rest on old signals.
    description: {{ "'The newest signals of pod {{ $labels.pod }} are {{ $value | humanizeDuration }} old, though it is asked. The last good decision is held; after decision-max-stale (5 minutes by default) it is no longer given out.'" }}
- alert: InfernoPrometheusFailing
  expr: |
    sum by (namespace, pod) (rate(inferno_adapter_prometheus_requests_total{{ $adapter }},outcome!~"success|cancelled"}[5m]))
      / sum by (namespace, pod) (rate(inferno_adapter_prometheus_requests_total{{ $adapter }},outcome!="cancelled"}[5m])) > 0.5
  for: 5m
  labels:
    severity: warning
  annotations:
    summary: Most queries to Prometheus fail.
    description: {{ "'{{ $value | humanizePercentage }} of the queries that pod {{ $labels.pod }} sent to Prometheus in the last 5 minutes failed. inferno_adapter_prometheus_requests_total tells how, by outcome.'" }}
- alert: InfernoApiServerFailing
  expr: |
    sum by (namespace, pod) (rate(inferno_adapter_kubernetes_requests_total{{ $adapter }},outcome!~"success|cancelled"}[5m]))
      / sum by (namespace, pod) (rate(inferno_adapter_kubernetes_requests_total{{ $adapter }},outcome!="cancelled"}[5m])) > 0.5
  for: 10m
  labels:
    severity: warning
  annotations:
    summary: Most requests to the Kubernetes API fail.
    description: {{ "'{{ $value | humanizePercentage }} of the requests that pod {{ $labels.pod }} sent to the Kubernetes API in the last 5 minutes failed: its picture of the cluster may be old, and a missing permission shows here too.'" }}
- alert: InfernoMetricsMissing
  expr: |
    sum(rate(inferno_adapter_decisions_total{{ $adapter }},reason=~"MetricsMissing|Stale"}[10m]))
      / sum(rate(inferno_adapter_decisions_total{{ $adapter }}}[10m])) > 0.5
  for: 15m
  labels:
    severity: warning
  annotations:
    summary: Most variants hold their replicas for want of metrics.
    description: {{ "'{{ $value | humanizePercentage }} of the decisions of the last 10 minutes had no usable metrics of the model servers: are they scraped, and do their labels namespace and model_name fit the VariantAutoscalings?'" }}
- alert: InfernoConfigErrors
  expr: max by (configmap, key) (inferno_adapter_config_errors{{ $adapter }}}) > 0
  for: 5m
  labels:
    severity: warning
  annotations:
    summary: A ConfigMap has entries that can't be used.
    description: {{ "'Key {{ $labels.key }} of ConfigMap {{ $labels.configmap }} has {{ $value }} problems; what is wrong was skipped. The log says what.'" }}
{{- with .Values.prometheusRule.neverZeroModels }}
- alert: InfernoUnexpectedScaleToZero
  expr: |
    sum by ({{ $model }}) (max by ({{ $variant }}, model_id) (inferno_desired_replicas{{ $adapter }},model_id=~{{ join "|" . | quote }}})) == 0
  for: 1m
  labels:
    severity: critical
  annotations:
    summary: A model that must never be at zero is sent there.
    description: {{ "'Model {{ $labels.model_id }} in {{ $labels.variantautoscaling_namespace }} is to have no replica, though prometheusRule.neverZeroModels has it.'" }}
{{- end }}
- alert: InfernoMassScaleToZero
  expr: |
    count({{ $wanted }} == 0 and {{ $wantedBefore }} > 0) >= 3
      and count({{ $wanted }} == 0 and {{ $wantedBefore }} > 0) / count({{ $wantedBefore }} > 0) > 0.5
  for: 1m
  labels:
    severity: warning
  annotations:
    summary: Most models went to zero at the same time.
    description: {{ "'{{ $value }} models, more than half of those that had replicas, were sent to zero within 15 minutes. Either traffic ended for all of them, or their metrics no longer show it.'" }}
- alert: InfernoScaleToZeroFlapping
  expr: resets(({{ $wanted }} == bool 0)[1h:1m]) >= 4
  labels:
    severity: warning
  annotations:
    summary: A model goes to zero and wakes again and again.
    description: {{ "'Model {{ $labels.model_id }} in {{ $labels.variantautoscaling_namespace }} woke from zero {{ $value }} times within an hour: each time its users wait for a cold start. A longer retention_period would keep it up.'" }}
- alert: InfernoAutoscalerNotFollowing
  expr: |
    max by ({{ $variant }}) (inferno_desired_replicas{{ $adapter }}})
      != max by ({{ $variant }}) (inferno_current_replicas{{ $adapter }}})
  for: 30m
  labels:
    severity: warning
  annotations:
    summary: A scale target doesn't follow its desired replicas.
    description: {{ "'{{ $labels.variantautoscaling_namespace }}/{{ $labels.variantautoscaling_name }} should have had {{ $value }} replicas for 30 minutes, and its scale target asks for another number: is there an autoscaler, does it allow this count (minReplicas 0 needs HPAScaleToZero up to Kubernetes 1.36), and can it read the metric?'" }}
{{- end }}
