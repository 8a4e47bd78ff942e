# Query Prometheus for request count
curl -G 'http://prometheus:9090/api/v1/query' \
  --data-urlencode 'query=sum(increase(vllm:request_success_total{namespace="llm-inference",model_name="meta/llama-3.1-8b"}[10m]))'
