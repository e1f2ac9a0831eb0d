import type { Check, Finding, KubeconfigUse, PathDefinition } from '../src/model/path.ts';
import { absent, notInInput } from './shared/absence.ts';
import { component, evidence, isSet, list, text } from './shared/access.ts';
import { caReuse } from './shared/ca-reuse.ts';
import { APISERVER_CLIENT_CA_CHECKS, APISERVER_SERVING_CHECKS, AUTHORIZATION_CHECKS } from './shared/apiserver.ts';
import { KUBECONFIG_CHECKS } from './shared/kubeconfig.ts';
import {
  certificateKubeconfig,
  kubeletConfigMode,
  kubeletRotateCertificates,
  kubeletRotationOverdue,
  relink,
} from './shared/kubelet-checks.ts';
import {
  isStandalone,
  kubeletDialsApiserver,
  kubeletKubeconfig,
  nodeName,
  ofKubelet,
  usesRotatedLink,
  withoutKeyWhereMissing,
} from './shared/kubelet.ts';
import { flagChecks } from './shared/listener.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { fail, notApplicable, notAssessed, pass, warn } from './shared/result.ts';
import { cis, github, kubernetesDocs, kubernetesSource, stig } from './shared/references.ts';
import { certificateEvidence, located } from './shared/words.ts';
import { versionSkew } from './shared/version-skew.ts';
import { nodeVersions } from './shared/cluster/nodes.ts';
import { withCluster } from './shared/cluster/with-cluster.ts';

const KUBEADM_CERTS = kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/');

/** Asks a question of the kubeconfig, where the kubelet authenticates by certificate. */
function ofCertificateKubeconfig(
  judge: (use: KubeconfigUse, context: Parameters<Check['evaluate']>[0]) => Finding | readonly Finding[],
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    notApplicable: ({ facts }) =>
      facts.kubeconfigs.every(({ kubeconfig }) => kubeconfig !== undefined) &&
      certificateKubeconfig(facts.kubeconfigs) === undefined
        ? 'The kubelet does not authenticate with a certificate here.'
        : undefined,
    evaluate: (context) => {
      const use = certificateKubeconfig(context.facts.kubeconfigs);
      const unread = context.facts.kubeconfigs[0];
      return use === undefined
        ? notAssessed(`${unread?.unavailable ?? 'The kubeconfig of the kubelet is not in the input'}.`)
        : judge(use, context);
    },
  };
}

/**
 * The name is trimmed and lowered before it becomes the node's, and with it the user that the certificate has to name.
 * Source: kubernetes/staging/src/k8s.io/component-helpers/node/util/hostname.go (GetHostname).
 */
const hostnameOverride: Check = {
  id: 'kubelet-hostname-override',
  title: 'It is told what names the node',
  severity: 'info',
  impact: 'availability',
  versions: "all; unset means the machine's host name, in lower case, or what a cloud provider says",
  remediation:
    'Keep the name that the node has: with another --hostname-override the kubelet registers a second node, which its client certificate does not name; to change it, remove the node, `kubeadm reset` and join again.',
  references: [
    cis('4.2.7'),
    stig('CNTR-K8-000850'),
    kubernetesSource('staging/src/k8s.io/component-helpers/node/util/hostname.go'),
    kubernetesDocs('reference/access-authn-authz/node/'),
  ],
  ...ofKubelet(['hostname-override'], (kubelet) => {
    const shown = [evidence(kubelet, 'hostname-override')];
    if (!isSet(kubelet, 'hostname-override')) {
      return kubelet.commandLineSeen
        ? pass("The machine's host name is the name of the node.", shown)
        : notAssessed(
            "The kubelet's command line is not in the input: supply its systemd unit and kubeadm-flags.env.",
            shown,
          );
    }
    const name = text(kubelet, 'hostname-override').trim().toLowerCase();
    return pass(
      `--hostname-override names the node ${name}, whatever the machine is called, so its client certificate has to be for system:node:${name}; kubelet-client-identity compares them.`,
      shown,
    );
  }),
};

/** Groups that nothing limits: the one that RBAC cannot take anything from, and the one that kubeadm binds to cluster-admin. */
const ADMINISTRATORS: readonly string[] = ['system:masters', 'kubeadm:cluster-admins'];

const identity: Check = {
  id: 'kubelet-client-identity',
  title: 'The kubelet authenticates as its node and as nothing more',
  severity: 'high',
  impact: 'both',
  versions: 'all',
  remediation:
    'On a control-plane node `kubeadm kubeconfig user --config <file> --org system:nodes --client-name system:node:<node> > kubelet.conf`; on the node that needs it move /var/lib/kubelet/pki/kubelet-client-* away, which the kubelet takes before what its kubeconfig holds, put that file at /etc/kubernetes/kubelet.conf with mode 0600, and `systemctl restart kubelet`; the name has to be the one of --hostname-override.',
  references: [kubernetesDocs('reference/access-authn-authz/node/'), KUBEADM_CERTS],
  ...ofCertificateKubeconfig((use, { node, facts }) => {
    const presented = facts.presented.find(({ side }) => side === 'client');
    if (presented === undefined) return notApplicable('Over plain http the kubelet shows no certificate.');
    const leaf = presented.chain[0];
    if (leaf === undefined) {
      const why =
        presented.certificate.nodeFile?.state === 'unavailable'
          ? presented.certificate.nodeFile.message
          : `${use.file} holds no readable certificate`;
      return notAssessed(`${why}.`, [use.evidence]);
    }
    const shown = [certificateEvidence(leaf, presented)];
    const name = leaf.commonName ?? '';
    const privileged = leaf.organizations.filter((group) => ADMINISTRATORS.includes(group));
    if (privileged.length > 0) {
      return fail(
        `${located(leaf)} is in ${privileged.join(', ')}: who takes over this node takes over the cluster.`,
        shown,
        {
          severity: 'critical',
          impact: 'security',
          headline: 'kubelet has administrator rights',
        },
      );
    }
    if (!name.startsWith('system:node:')) {
      return warn(
        `${located(leaf)} is ${name === '' ? 'nobody' : name}, not system:node:<name>: the Node authorizer and NodeRestriction do not know it, so it needs rights of its own that nothing confines to this node.`,
        shown,
        {
          headline: `kubelet is ${name === '' ? 'nobody' : name}`,
        },
      );
    }
    if (!leaf.organizations.includes('system:nodes')) {
      return warn(
        `${located(leaf)} is ${name} but not in the group system:nodes: the Node authorizer and NodeRestriction do not know it.`,
        shown,
        {
          headline: 'kubelet is not in system:nodes',
        },
      );
    }
    const kubelet = component(node, 'kubelet');
    const wanted = kubelet !== undefined && isSet(kubelet, 'hostname-override') ? nodeName(node) : undefined;
    return wanted?.evidence !== undefined && name !== `system:node:${wanted.name}`
      ? fail(
          `${located(leaf)} is ${name}, but ${wanted.because} makes this node ${wanted.name}: the API server forbids it to touch that node.`,
          [...shown, wanted.evidence],
          { impact: 'availability', headline: 'certificate of another node name' },
        )
      : pass(`The kubelet authenticates as ${name}.`, shown);
  }),
};

const symlink: Check = {
  id: 'kubelet-client-current-symlink',
  title: 'kubelet-client-current.pem is the link that rotation replaces',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation: relink('kubelet-client'),
  references: [
    kubernetesSource('staging/src/k8s.io/client-go/util/certificate/certificate_store.go'),
    kubernetesDocs('setup/production-environment/tools/kubeadm/troubleshooting-kubeadm/'),
  ],
  notApplicable: ({ facts }) => {
    const use = certificateKubeconfig(facts.kubeconfigs);
    if (use === undefined || !usesRotatedLink(use)) return 'The kubeconfig does not use kubelet-client-current.pem.';
    return facts.presented.some(({ side }) => side === 'client')
      ? undefined
      : 'Over plain http the kubelet shows no certificate.';
  },
  evaluate: ({ node, facts }) => {
    const material = facts.presented.find(({ side }) => side === 'client')?.certificate;
    const file = material?.nodeFile;
    if (material === undefined || file === undefined)
      return notAssessed('kubelet-client-current.pem is not in the input.');
    const shown = [material.evidence];
    if (file.state === 'unavailable') {
      if (file.reason !== 'missing') return notAssessed(`${file.message}.`, shown);
      return fail(
        file.linkTarget === undefined
          ? `${file.path} does not exist, so the kubelet cannot authenticate and does not start.`
          : `${file.path} points to ${file.linkTarget}, which does not exist, so the kubelet cannot authenticate and does not start.`,
        shown,
        {
          headline:
            file.linkTarget === undefined ? 'client certificate does not exist' : 'dangling kubelet-client-current.pem',
          remediation:
            'Point the link at the newest file: `ln -sfn /var/lib/kubelet/pki/kubelet-client-<date>.pem /var/lib/kubelet/pki/kubelet-client-current.pem`, `systemctl restart kubelet`; where none is left, make a new kubelet.conf on a control-plane node with `kubeadm kubeconfig user --org system:nodes --client-name system:node:<node>`.',
        },
      );
    }
    if (file.linkTarget !== undefined) return pass(`${file.path} points to ${file.linkTarget}.`, shown);
    const doubt = node.live ? '' : ' (unless the copy that is judged followed the link)';
    return warn(
      `${file.path} is a plain file${doubt}, and the kubelet rotates only a symbolic link: the certificate will not be renewed.`,
      shown,
      {
        headline: 'kubelet-client-current.pem is no link',
      },
    );
  },
};

const embedded: Check = {
  id: 'kubelet-conf-embedded-cert',
  title: 'The kubeconfig of the kubelet points at the certificate that is rotated',
  severity: 'medium',
  impact: 'availability',
  versions: 'all; `kubeadm init` before 1.17 left the certificate inside the file',
  remediation:
    'Set both `client-certificate` and `client-key` of the user in /etc/kubernetes/kubelet.conf to /var/lib/kubelet/pki/kubelet-client-current.pem in place of the -data fields, once that file exists, and `systemctl restart kubelet`.',
  references: [KUBEADM_CERTS, github('kubernetes/kubeadm#1753')],
  ...ofCertificateKubeconfig((use) => {
    const material = use.kubeconfig?.user?.clientCertificate;
    if (material === undefined || usesRotatedLink(use)) {
      return pass(`${use.file} points at kubelet-client-current.pem.`, [use.evidence]);
    }
    const what =
      material.kind === 'embedded'
        ? `holds its client certificate inside (${material.field})`
        : `points at ${material.path}`;
    return warn(
      `${use.file} ${what}, not at kubelet-client-current.pem: rotation does not reach it, and once it has ended the kubelet does not survive a restart. \`kubeadm certs check-expiration\` does not list it.`,
      [
        {
          ...use.evidence,
          setting: material.field,
          file: use.file,
          ...(material.line === undefined ? {} : { line: material.line }),
        },
      ],
      { headline: 'kubelet.conf has a certificate of its own' },
    );
  }),
};

const nodeRestriction: Check = {
  id: 'apiserver-node-restriction',
  title: 'The API server confines a kubelet to its own node',
  severity: 'medium',
  impact: 'security',
  versions: 'all; not among the default plugins; kubeadm sets it',
  remediation: 'Add NodeRestriction to --enable-admission-plugins of the API server.',
  references: [cis('1.2.14'), kubernetesDocs('reference/access-authn-authz/admission-controllers/')],
  evaluate: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) {
      return notAssessed(`${notInInput('kube-apiserver', node)}.`);
    }
    const shown = [evidence(apiserver, 'enable-admission-plugins'), evidence(apiserver, 'disable-admission-plugins')];
    const on =
      list(apiserver, 'enable-admission-plugins').includes('NodeRestriction') &&
      !list(apiserver, 'disable-admission-plugins').includes('NodeRestriction');
    return on
      ? pass('The admission plugin NodeRestriction is on.', shown)
      : warn(
          'The admission plugin NodeRestriction is off: with one kubelet credential other nodes can be labelled and changed.',
          shown,
          {
            headline: 'NodeRestriction is off',
          },
        );
  },
};

const ofNode: PathDefinition = {
  id: 'kubelet-to-apiserver',
  case: '2',
  title: 'Kubelet to API server',
  client: 'kubelet',
  server: 'kube-apiserver',
  description:
    'The kubelet dials the API server with /etc/kubernetes/kubelet.conf, verifies it by the CA in that file and authenticates as system:node:<name> with a certificate that it has to rotate itself: `kubeadm certs check-expiration` does not list it, and a node whose certificate has ended drops out of the cluster.',
  applicability: (node) => {
    if (isStandalone(node)) {
      return {
        kind: 'not-applicable',
        reason: 'The kubelet is started without --kubeconfig: it does not talk to an API server.',
      };
    }
    return kubeletKubeconfig(node) === undefined
      ? absent(node, ['kubelet'], {
          kind: 'not-assessed',
          reason: 'The kubeconfig of the kubelet is not in the input.',
          supply: 'Supply /etc/kubernetes/kubelet.conf, /var/lib/kubelet and the systemd unit of the kubelet.',
        })
      : { kind: 'applies' };
  },
  facts: (node) => {
    const use = kubeletKubeconfig(node);
    if (use === undefined) throw new Error('the kubelet has no kubeconfig');
    const facts = kubeletDialsApiserver(node, use);
    // kubelet-client-current-symlink reports the link that leads nowhere.
    if (!usesRotatedLink(use)) return facts;
    return {
      ...facts,
      presented: facts.presented.map((one) => (one.side === 'client' ? withoutKeyWhereMissing(one) : one)),
    };
  },
  checks: [
    ...KUBECONFIG_CHECKS,
    identity,
    hostnameOverride,
    kubeletRotateCertificates,
    kubeletRotationOverdue,
    symlink,
    embedded,
    kubeletConfigMode,
    ...flagChecks('kubelet'),
    versionSkew('kubelet'),
    ...APISERVER_SERVING_CHECKS,
    ...APISERVER_CLIENT_CA_CHECKS,
    ...AUTHORIZATION_CHECKS,
    nodeRestriction,
    caReuse('cluster'),
    ...PKI_CHECKS,
  ],
};

export const path: PathDefinition = withCluster(ofNode, [nodeVersions]);
