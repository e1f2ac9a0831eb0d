/** Guides to the checks of encryption in etcd, and of the plugins that hold its keys. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { APISERVER_STAYS_UP } from './apiserver-steps.ts';
import { RESTART_STATIC_POD } from './steps.ts';

/** The first bytes alone: they say how a Secret is kept, and nothing of what is in it. */
function storedAs(bytes: number, prefix: string): string {
  return `\`kubectl -n kube-system exec etcd-<node> -- etcdctl --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key get /registry/secrets/<namespace>/<name> --print-value-only | head -c ${bytes}\` prints ${prefix}.`;
}

const WRITE_ALL_AGAIN =
  'Write all Secrets again, so that old ones are changed too: `kubectl get secrets -A -o json | kubectl replace -f -`; repeat it where it reports a conflict.';

export const ENCRYPTION_GUIDES: CheckGuides = {
  'encryption-secrets': {
    examined:
      'The first provider of the entry that covers Secrets, in the file of --encryption-provider-config: the first one writes, all of them read. Without such an entry nothing is encrypted.',
    consequence:
      'Who gets a snapshot of etcd, a disk or a backup of /var/lib/etcd reads every password and token in it with `strings`, without any login. Secrets that were written before encryption was switched on stay as they were until somebody writes them again. A key in the file protects the backup, and not against who reads the node; a KMS plugin does that too.',
    steps: [
      'Back up etcd and the file with its keys, in different places: without the key a Secret is lost.',
      'With several API servers add the new provider behind identity first (secretbox, kms with apiVersion v2, aescbc), the same file, mode 0600, on every control-plane node, and restart each API server: all of them can read what will be written.',
      RESTART_STATIC_POD,
      'Move the provider before identity in the entry for secrets on all of them, and restart them again in the same way. identity stays last, for what is not encrypted yet.',
      WRITE_ALL_AGAIN,
    ],
    verify: [storedAs(8, 'k8s:enc:')],
    defaults: { 'kube-apiserver': ['encryption-provider-config', 'encryption-provider-config-automatic-reload'] },
  },
  'kms-api-version': {
    examined:
      '`apiVersion` of every kms provider in the file of --encryption-provider-config (unset is v1), against the version of kube-apiserver and its gates KMSv1 and KMSv2.',
    consequence:
      'Where v1 is off the API server does not start: `Set --feature-gates=KMSv1=true to use the deprecated KMSv1 feature` ends the message. The upgrade to 1.29 is where it shows. While it runs, v1 asks the plugin anew for each Secret that it does not have in its cache, so that a start with many Secrets is slow.',
    steps: [
      'If v1 is to go on for now (1.28 and later): set --feature-gates=KMSv1=true in /etc/kubernetes/manifests/kube-apiserver.yaml before the upgrade, and take it out at the end.',
      'Let the plugin speak v2 (it may serve both), on every control-plane node.',
      'Add it with `apiVersion: v2` and another name behind the entry of v1, and restart every API server: all of them can read what v2 will write. `kubectl get --raw "/readyz?verbose"` lists kms as ok.',
      RESTART_STATIC_POD,
      'Move the entry of v2 before that of v1 on all of them, and restart them again in the same way.',
      WRITE_ALL_AGAIN,
      'Remove the entry of v1 when nothing is stored by it any more.',
    ],
    verify: [
      storedAs(15, 'k8s:enc:kms:v2:'),
      '`kubectl get --raw "/readyz?verbose" | grep kms` prints ok.',
      APISERVER_STAYS_UP,
    ],
    defaults: { 'kube-apiserver': ['encryption-provider-config'] },
  },
};
