/** Guides to the checks of webhooks: those of the cluster's objects, and those that flags and files name. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { ONE_AFTER_THE_OTHER } from './apiserver-steps.ts';
import { RESTART_STATIC_POD } from './steps.ts';

const ASK_ONCE =
  '`kubectl apply --dry-run=server -f <an object that it is asked about>` ends without `failed calling webhook`.';

const SHOW_BUNDLE =
  '`kubectl get validatingwebhookconfiguration <name> -o jsonpath={.webhooks[0].clientConfig.caBundle} | base64 -d | openssl x509 -noout -subject -enddate`';

export const WEBHOOK_GUIDES: CheckGuides = {
  'webhook-objects': {
    examined:
      'Every webhook in ValidatingWebhookConfigurations, MutatingWebhookConfigurations and conversions of CustomResourceDefinitions of the export: whether it has a caBundle, and whether a url is https.',
    consequence:
      'Without a caBundle the public CAs of the image decide. None of them signs for a Service, so every call ends with `failed calling webhook "…": … x509: certificate signed by unknown authority`: with failurePolicy Fail the requests are refused, with Ignore they go through unexamined. For a url any public CA that can be deceived lets an impostor read and change what is admitted.',
    steps: [
      'Find the CA that signs the server: `kubectl -n <namespace> get secret <name> -o jsonpath="{.data.ca\\.crt}" | base64 -d | openssl x509 -noout -subject`, where cert-manager made the certificate.',
      'Put it into `clientConfig.caBundle`, base64 of the PEM block: `kubectl edit validatingwebhookconfiguration <name>` (or mutatingwebhookconfiguration, customresourcedefinition). The API server takes it at once.',
      'Or let cert-manager keep it: `kubectl annotate validatingwebhookconfiguration <name> cert-manager.io/inject-ca-from=<namespace>/<certificate>`.',
    ],
    verify: [`${SHOW_BUNDLE} prints the CA.`, ASK_ONCE],
  },
  'webhook-cabundle': {
    examined:
      'The certificates in the caBundle of every webhook of the export: readable for Go, and how long the last of them lasts.',
    consequence:
      'On the day it ends each call says `failed calling webhook "…": … x509: certificate has expired or is not yet valid`. With failurePolicy Fail nobody creates or changes such objects any more, pods among them, so that the pod of the webhook itself cannot come back; with Ignore all goes through unexamined, and nothing but a metric shows it.',
    steps: [
      'Add the new CA beside the old one: `kubectl edit validatingwebhookconfiguration <name>` (or mutatingwebhookconfiguration, customresourcedefinition), field `clientConfig.caBundle`, base64 of both PEM blocks.',
      'Give the server its certificate from the new CA and restart it: `kubectl -n <namespace> rollout restart deployment <name>`. Then remove the old CA.',
      'So that it lasts: the annotation cert-manager.io/inject-ca-from, with which cert-manager keeps the field.',
      'If it has ended and pods cannot start: set `failurePolicy: Ignore` or delete the configuration until the server is back.',
    ],
    verify: [
      `${SHOW_BUNDLE} prints the new CA.`,
      '`kubectl get --raw /metrics | grep apiserver_admission_webhook_fail_open_count` does not grow (failurePolicy Ignore, 1.24 and later).',
    ],
  },
  'webhook-service': {
    examined:
      'For every webhook of the export that leads to a Service: whether that Service and its port exist, and its failurePolicy.',
    consequence:
      'Nobody can be asked: with failurePolicy Fail what the webhook is for is refused (`failed calling webhook "…": … service "…" not found`), in the worst case all new pods; with Ignore the rule that somebody relies on is not enforced. Who may create a Service of that name in that namespace gets the requests.',
    steps: [
      'See whether it is meant to be there: `kubectl -n <namespace> get service,endpointslices`.',
      'Deploy what answers, or correct namespace, name and port in `clientConfig.service`: `kubectl edit validatingwebhookconfiguration <name>`.',
      'If the program was removed for good, delete its configuration: `kubectl delete validatingwebhookconfiguration <name>`.',
      'With failurePolicy Fail exempt the namespace of the webhook by `namespaceSelector`, or it cannot start while it is away.',
    ],
    verify: [ASK_ONCE],
  },
  'webhook-kubeconfig-ca': {
    examined:
      'The CA in the kubeconfigs of webhooks that flags or files name (authentication, authorization, image policy, audit): readable for Go, and how long it lasts; where none is set, the public CAs of the image.',
    consequence:
      'Once it has ended the API server refuses the server: `x509: certificate has expired or is not yet valid`. Users whose tokens that webhook knows get Unauthorized; authorization is denied or left to the next, by failurePolicy; audit events are lost after some tries, and only a metric shows it.',
    steps: [
      'See which CA signs the server: `openssl s_client -connect <host>:<port> </dev/null 2>/dev/null | openssl x509 -noout -issuer -enddate`.',
      'Put that CA into certificate-authority-data of the kubeconfig, for a while beside the old one: `kubectl --kubeconfig <file> config set-cluster <name> --certificate-authority=<bundle> --embed-certs`.',
      'Copy the file to every control-plane node: the API server reads it when it starts.',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`curl -s -o /dev/null -w "%{ssl_verify_result}\\n" --cacert <bundle> <server of the kubeconfig>` prints 0.',
      '`kubectl get --raw /metrics | grep apiserver_audit_error_total` does not grow, for audit.',
    ],
    defaults: {
      'kube-apiserver': [
        'authentication-token-webhook-config-file',
        'authorization-webhook-config-file',
        'admission-control-config-file',
        'audit-webhook-config-file',
      ],
    },
  },
  'webhook-client-auth': {
    examined:
      'Whether the user in the kubeconfig of a webhook that flags or files name has a credential: client certificate, token or another.',
    consequence:
      'The webhook has to answer anybody. Who reaches it can ask it about stolen tokens until one is good, and whose rights reach how far, and send it any number of requests; nothing of that is in the audit log of the cluster.',
    steps: [
      'Give the API server the credential first: `kubectl --kubeconfig <file> config set-credentials <user> --client-certificate=<crt> --client-key=<key> --embed-certs`, on every control-plane node.',
      RESTART_STATIC_POD,
      'Only then let the webhook demand it, with the CA of that certificate.',
    ],
    verify: [
      '`curl -sk -o /dev/null -w "%{http_code}\\n" <server of the kubeconfig>` without a certificate is refused: 401, 403, or 000 where the handshake fails.',
    ],
    defaults: {
      'kube-apiserver': ['authentication-token-webhook-config-file', 'authorization-webhook-config-file'],
    },
  },
  'webhook-authorization-failure': {
    examined:
      'For each authorizer of type Webhook: `failurePolicy` in the file of --authorization-config, and which authorizers are asked after it. One of --authorization-webhook-config-file always leaves it to the next.',
    consequence:
      'What the webhook would have denied is allowed by RBAC or another one after it, as soon as it does not answer. Who may send it many requests, or stands between, gets around it whenever he likes; a certificate of it that has ended has the same effect for everybody.',
    steps: [
      'See who depends on it: with Deny a webhook that is away stops kubelets and controllers too. Spare them with `matchConditions` (system:nodes, kube-system).',
      'From flags move to a file first (1.29 and later): kind AuthorizationConfiguration, `authorizers` in the order of --authorization-mode, and --authorization-config in place of --authorization-mode and --authorization-webhook-*.',
      'Set `failurePolicy: Deny` at the webhook, or put it last, so that nobody is asked after it.',
      ONE_AFTER_THE_OTHER,
    ],
    verify: [
      '`grep -A12 "type: Webhook" <file of --authorization-config>` prints failurePolicy: Deny.',
      '`kubectl get --raw /metrics | grep apiserver_authorization_webhook_evaluations_fail_open_total` does not grow (1.30 and later).',
    ],
    defaults: {
      'kube-apiserver': ['authorization-mode', 'authorization-config', 'authorization-webhook-config-file'],
    },
  },
  'image-policy-failure': {
    examined:
      '`defaultAllow` in the imagePolicy of ImagePolicyWebhook, in the file of --admission-control-config-file or one that it names, where the plugin is in --enable-admission-plugins.',
    consequence:
      'While the webhook does not answer, every image is let in. Who can keep it from answering, by load or on the network, starts what the policy forbids; an ended certificate of it opens it to everybody, and pods carry on as if they had been examined.',
    steps: [
      'Let the webhook run where it does not depend on pods that it has to let in: on the host, or outside of the cluster, more than once.',
      'Set `defaultAllow: false` under `imagePolicy` in the file, on every control-plane node.',
      RESTART_STATIC_POD,
    ],
    verify: ['`grep -B6 defaultAllow <file>` prints defaultAllow: false.'],
    defaults: { 'kube-apiserver': ['admission-control-config-file', 'enable-admission-plugins'] },
  },
  'service-serving-cert': {
    examined:
      'Where an export has Secrets: the one pair for TLS that the pods of a Service mount, which a webhook or an APIService has the API server dial. Its names against <service>.<namespace>.svc, its chain against the caBundle of the object.',
    consequence:
      'Each call fails: `x509: certificate is valid for …, not <service>.<namespace>.svc`, or `certificate signed by unknown authority`. With failurePolicy Fail the requests that the webhook is asked about are refused, with Ignore they go through unexamined; an aggregated API is gone, and namespaces cannot be deleted while it is.',
    steps: [
      'See which of the two is the stray one: `kubectl -n <namespace> get secret <name> -o jsonpath="{.data.tls\\.crt}" | base64 -d | openssl x509 -noout -issuer -ext subjectAltName`.',
      'Issue the certificate again for <service>.<namespace>.svc; with cert-manager in `dnsNames` of the Certificate.',
      'Put the CA that signs it into the caBundle, for a while beside the old one: `kubectl edit validatingwebhookconfiguration <name>` (or mutatingwebhookconfiguration, customresourcedefinition, apiservice).',
      'Restart a server that keeps its certificate in memory: `kubectl -n <namespace> rollout restart deployment <name>`.',
    ],
    verify: [
      '`kubectl -n <namespace> port-forward service/<service> 8443:443` in one shell, and `openssl s_client -connect 127.0.0.1:8443 -servername <service>.<namespace>.svc -verify_hostname <service>.<namespace>.svc -CAfile <caBundle as a file> </dev/null | grep "Verify return code"` in another prints 0 (ok).',
    ],
  },
};
