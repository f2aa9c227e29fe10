{{- define "greenroom.labels" -}}
app.kubernetes.io/name: greenroom
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "greenroom.selector" -}}
app.kubernetes.io/name: greenroom
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "greenroom.pod" -}}
metadata:
  labels:
    {{- include "greenroom.selector" . | nindent 4 }}
spec:
  # Longer than the server lets running steps end.
  terminationGracePeriodSeconds: 30
  securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, seccompProfile: { type: RuntimeDefault } }
  containers:
    - name: greenroom
      image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
      ports: [{ name: http, containerPort: 3000 }]
      env:
        - { name: GREENROOM_ROLES, value: {{ .roles | quote }} }
        - { name: PUBLIC_URL, value: {{ required "publicUrl is needed" .root.Values.publicUrl | quote }} }
        {{- range $name, $value := .root.Values.env }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
      envFrom: [{ secretRef: { name: {{ .root.Values.existingSecret }} } }]
      livenessProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 10, failureThreshold: 6 }
      readinessProbe: { httpGet: { path: /readyz, port: http }, periodSeconds: 5 }
      startupProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 2, failureThreshold: 60 }
      resources: {{- toYaml .resources | nindent 8 }}
      volumeMounts:
        - { name: home, mountPath: /data }
        - { name: files, mountPath: /data/files }
  volumes:
    - { name: home, emptyDir: {} }
    {{- if .root.Values.filesClaim }}
    - { name: files, persistentVolumeClaim: { claimName: {{ .root.Values.filesClaim }} } }
    {{- else }}
    - { name: files, emptyDir: {} }
    {{- end }}
{{- end -}}
