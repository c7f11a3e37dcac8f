{{- define "skyeworx.labels" -}}
app.kubernetes.io/name: skyeworx
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "skyeworx.pod" -}}
{{- $root := .root -}}
automountServiceAccountToken: false
terminationGracePeriodSeconds: 40
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
containers:
  - name: skyeworx
    image: "{{ $root.Values.image.repository }}:{{ default $root.Chart.AppVersion $root.Values.image.tag }}"
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
    env:
      - { name: SKYEWORX_ROLE, value: {{ .role | quote }} }
      - { name: SKYEWORX_PUBLIC_URL, value: {{ $root.Values.publicUrl | quote }} }
      - { name: SKYEWORX_DATABASE_URL_FILE, value: /run/secrets/skyeworx/database-url }
      - { name: SKYEWORX_MASTER_KEY_FILE, value: /run/secrets/skyeworx/master-key }
      {{- if .concurrency }}
      - { name: SKYEWORX_CONCURRENCY, value: {{ .concurrency | quote }} }
      {{- end }}
      {{- if $root.Values.vaultClaim }}
      - { name: SKYEWORX_VAULT_FOLDER, value: /vaults }
      {{- end }}
      {{- range $name, $value := $root.Values.environment }}
      - { name: SKYEWORX_{{ $name | snakecase | upper }}, value: {{ $value | quote }} }
      {{- end }}
    ports:
      {{- if eq .role "api" }}
      - { name: http, containerPort: 7070 }
      {{- end }}
      - { name: ops, containerPort: 9464 }
    livenessProbe: { httpGet: { path: /health/live, port: ops }, periodSeconds: 10, failureThreshold: 6 }
    readinessProbe: { httpGet: { path: /health/ready, port: ops }, periodSeconds: 5 }
    startupProbe: { httpGet: { path: /health/live, port: ops }, periodSeconds: 2, failureThreshold: 60 }
    resources: {{- toYaml .resources | nindent 6 }}
    volumeMounts:
      - { name: data, mountPath: /var/lib/skyeworx }
      - { name: tmp, mountPath: /tmp }
      - { name: secrets, mountPath: /run/secrets/skyeworx, readOnly: true }
      {{- if $root.Values.vaultClaim }}
      - { name: vaults, mountPath: /vaults }
      {{- end }}
volumes:
  - name: data
    emptyDir: { sizeLimit: {{ $root.Values.data.sizeLimit }} }
  - name: tmp
    emptyDir: {}
  - name: secrets
    secret: { secretName: {{ $root.Values.existingSecret }}, defaultMode: 0440 }
  {{- if $root.Values.vaultClaim }}
  - name: vaults
    persistentVolumeClaim: { claimName: {{ $root.Values.vaultClaim }} }
  {{- end }}
{{- end }}
