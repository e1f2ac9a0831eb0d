/** Guides to the checks of files that flags of the API server name: whether it starts with them. */
import type { CheckGuide, CheckGuides } from '../../src/model/guide.ts';
import { APISERVER_LOG, APISERVER_STAYS_UP } from './apiserver-steps.ts';
import { RESTART_STATIC_POD } from './steps.ts';

/** What differs between the files. */
interface FileWords {
  readonly flag: string;
  readonly kind: string;
  /** What is asked of the content, as the end of a sentence. */
  readonly asked: string;
  /** The last version that passes over fields that it does not know; undefined where none does. */
  readonly lenientUpTo?: string;
  /** What becomes of a file that is changed while the API server runs. */
  readonly running: string;
  /** What a field without effect means here. */
  readonly passedOver?: string;
  /** Where its fields are described. */
  readonly reference: string;
  readonly verify: readonly string[];
}

const NOT_READ_AGAIN =
  'An API server that runs has read it at its start and goes on, so that the fault shows at its next restart: of the node, or by an upgrade';

function guideTo(words: FileWords): CheckGuide {
  const { flag, kind, asked, lenientUpTo, running, passedOver, reference, verify } = words;
  return {
    examined: `The file that --${flag} of kube-apiserver names, read as its version reads it: apiVersion and kind (${kind}), names and types of the fields, and ${asked}.`,
    consequence: [
      'The API server does not start with the file: its container ends and is started again, and on this node kubectl and the kubelet get connection refused.',
      `${running}.`,
      ...(lenientUpTo === undefined
        ? []
        : [
            `Up to ${lenientUpTo} a field with a wrong name is passed over${passedOver === undefined ? '' : `: ${passedOver}`}; the upgrade from there ends with \`strict decoding error: unknown field\`.`,
          ]),
    ].join(' '),
    steps: [
      APISERVER_LOG,
      `Correct the file at the line that is told; names and their case are those of ${reference}, in the apiVersion that the version serves.`,
      `Copy it to the other control-plane nodes, and see that the pod mounts it: a volume in /etc/kubernetes/manifests/kube-apiserver.yaml, apiServer.extraVolumes in the ClusterConfiguration.`,
      RESTART_STATIC_POD,
    ],
    verify: [APISERVER_STAYS_UP, ...verify],
    defaults: { 'kube-apiserver': [flag] },
  };
}

export const CONFIG_FILE_GUIDES: CheckGuides = {
  'admission-config-valid': guideTo({
    flag: 'admission-control-config-file',
    kind: 'AdmissionConfiguration',
    asked: 'the files and kubeconfigs that its plugins name',
    lenientUpTo: '1.31',
    running: NOT_READ_AGAIN,
    passedOver: 'the plugin runs without what it was to set',
    reference: 'kubernetes.io/docs/reference/config-api/apiserver-config.v1/',
    verify: ['`grep -A3 "name:" <file>` prints the plugins with their paths.'],
  }),
  'tracing-config-valid': guideTo({
    flag: 'tracing-config-file',
    kind: 'TracingConfiguration',
    asked:
      'whether the endpoint is a host:port or a URL with dns, unix or unix-abstract, and samplingRatePerMillion between 0 and 1000000',
    lenientUpTo: '1.31',
    running: NOT_READ_AGAIN,
    passedOver: 'no span is sent, or to another place',
    reference: 'kubernetes.io/docs/reference/config-api/apiserver-config.v1/',
    verify: ['`grep -E "endpoint|samplingRate" <file>` prints what is meant.'],
  }),
  'authentication-config-valid': guideTo({
    flag: 'authentication-config',
    kind: 'AuthenticationConfiguration',
    asked:
      'what is asked of issuers, audiences, claims and expressions, and of conditions for anonymous requests; apiVersion and gates by version',
    running:
      'From 1.30 on a running API server reads a changed file again, and keeps what it has where the new content is wrong: who was to be let in by it is not, and the next restart fails',
    reference: 'kubernetes.io/docs/reference/config-api/apiserver-config.v1/',
    verify: [
      '`kubectl get --raw /metrics | grep apiserver_authentication_config_controller_automatic_reloads_total` counts no failure more after a change (1.30 and later).',
    ],
  }),
  'encryption-config-valid': guideTo({
    flag: 'encryption-provider-config',
    kind: 'EncryptionConfiguration',
    asked:
      'resources that entries name twice or not at all, one provider in each item, lengths of keys, names and sockets of KMS plugins',
    lenientUpTo: '1.30',
    running:
      'A running API server goes on with what it read at its start; with --encryption-provider-config-automatic-reload it reads a changed file within a minute and keeps the old content where the new one is wrong. Then the next restart fails, and Secrets that another API server wrote with a newer key cannot be read',
    passedOver: 'what it was to encrypt stays in the clear',
    reference: 'kubernetes.io/docs/reference/config-api/apiserver-encryption.v1/',
    verify: [
      '`kubectl --server https://<address of the node>:6443 get secrets -A >/dev/null` ends without an error for each control-plane node.',
      '`sha256sum <file>` prints the same on every control-plane node, and `stat -c "%a %U" <file>` 600 root.',
    ],
  }),
  'egress-config-valid': guideTo({
    flag: 'egress-selector-config-file',
    kind: 'EgressSelectorConfiguration',
    asked:
      'the names of the selections (controlplane, cluster, etcd), their protocol, and the transport that belongs to it',
    lenientUpTo: '1.31',
    running: NOT_READ_AGAIN,
    passedOver: 'the API server may dial directly where it was to use the proxy',
    reference: 'kubernetes.io/docs/reference/config-api/apiserver-config.v1beta1/',
    verify: ['`kubectl logs` of a pod prints its log: it goes through the selection cluster.'],
  }),
};
