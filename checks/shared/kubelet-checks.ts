/** The checks on a kubelet that more than one path carries. */
import type { Check, Finding, KubeconfigUse, PresentedCertificate } from '../../src/model/path.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import { bool, component, evidence, isSet, isWritten, number, text } from './access.ts';
import {
  certificatesOfPath,
  inKubeletConfig,
  isRotatedLink,
  ofKubelet,
  requestedServingFile,
  requestsServingCertificate,
  ROTATION_REFERENCES,
} from './kubelet.ts';
import { certificatesOf, settingMaterial, unavailable } from './material.ts';
import { endingOf } from './pki/window.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { cis, github, kubernetesDocs, kubernetesSource, stig } from './references.ts';
import { presentedOn } from './verdict.ts';
import { isMissing, unreadFinding } from './unread.ts';
import { certificateEvidence, day, located, relative } from './words.ts';

/** How to get a serving certificate that others can verify, in the order that breaks nothing. */
export const REQUEST_SERVING_CERTIFICATES =
  'set `serverTLSBootstrap: true` in /var/lib/kubelet/config.yaml and in the kubelet-config ConfigMap on every node, `systemctl restart kubelet`, and approve the requests (`kubectl get csr`, `kubectl certificate approve <name>`; nothing in Kubernetes approves kubelet-serving requests by itself, so install an approver or approve again at every rotation)';

export const kubeletClientCA: Check = {
  id: 'kubelet-client-ca-set',
  title: 'The kubelet authenticates client certificates',
  severity: 'high',
  impact: 'both',
  versions: 'all; unset means no client certificate is taken',
  remediation: inKubeletConfig('authentication.x509.clientCAFile: /etc/kubernetes/pki/ca.crt'),
  references: [
    cis('4.2.3'),
    stig('CNTR-K8-001420'),
    kubernetesDocs('reference/access-authn-authz/kubelet-authn-authz/'),
  ],
  ...ofKubelet(['client-ca-file'], (kubelet, { node, path }) => {
    const shown = [evidence(kubelet, 'client-ca-file')];
    if (!isSet(kubelet, 'client-ca-file')) {
      const tokens = bool(kubelet, 'authentication-token-webhook') === true;
      if (path === 'client-to-kubelet' && tokens) {
        return warn(
          'clientCAFile is not set: the kubelet takes bearer tokens, but nobody can authenticate with a certificate.',
          shown,
          { severity: 'medium', headline: 'clientCAFile not set' },
        );
      }
      return fail(
        'clientCAFile is not set, so the kubelet takes no client certificate: to it the API server, which shows one, is anonymous.',
        shown,
        { headline: 'clientCAFile not set' },
      );
    }
    const material = settingMaterial(node, kubelet, 'client-ca-file');
    const unread = material === undefined ? undefined : unreadFinding(material, shown, 'the kubelet does not start');
    if (unread !== undefined) return unread;
    return certificatesOf(material).length > 0
      ? pass(`The kubelet authenticates client certificates by ${material?.file ?? ''}.`, shown)
      : fail(
          `${material?.file ?? ''} holds no certificate that Kubernetes can read, so the kubelet does not start.`,
          shown,
          {
            impact: 'availability',
            headline: 'clientCAFile holds no certificate',
          },
        );
  }),
};

export const kubeletSelfSignedExpiry: Check = {
  id: 'kubelet-serving-self-signed-expired',
  judgesEnd: 'certificate',
  title: "The kubelet's self-signed serving certificate has not ended",
  severity: 'medium',
  impact: 'both',
  versions: 'all; made once, valid for one year, never renewed',
  remediation: `Better than a new one of the same kind: ${REQUEST_SERVING_CERTIFICATES}. To only renew it: delete /var/lib/kubelet/pki/kubelet.crt and kubelet.key and \`systemctl restart kubelet\`.`,
  references: [
    kubernetesSource('cmd/kubelet/app/server.go'),
    kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/'),
  ],
  notApplicable: (context) =>
    presentedOn(context, 'server').some(({ selfSigned }) => selfSigned === true)
      ? undefined
      : 'The kubelet does not serve a certificate of its own making, or it is not known what it serves.',
  evaluate: (context) =>
    presentedOn(context, 'server')
      .filter(({ selfSigned }) => selfSigned === true)
      .map((presented) => judgeSelfSigned(presented, context.node)),
};

function judgeSelfSigned(presented: PresentedCertificate, node: NodeModel): Finding {
  const leaf = presented.chain[0];
  if (leaf === undefined) {
    const why = unavailable(presented.certificate) ?? `${presented.certificate.file} holds no readable certificate`;
    return notAssessed(`${why}.`, [presented.certificate.evidence]);
  }
  const shown = [certificateEvidence(leaf, presented)];
  const { nearness } = endingOf(leaf, { kind: 'leaf' }, node);
  const verified = presented.trust.kind === 'bundle';
  const consequence = verified
    ? 'the API server verifies the kubelet, so logs and exec stop working on this node'
    : 'clients that do not verify it go on, those that look at its dates stop';
  if (nearness === 'ended') {
    return fail(
      `${located(leaf)} ended on ${day(leaf.notAfter)} (${relative(leaf.notAfter, node.at)}); the kubelet serves it on until the file is deleted: ${consequence}.`,
      shown,
      {
        severity: verified ? 'high' : 'medium',
        headline: `kubelet.crt expired ${day(leaf.notAfter)}`,
      },
    );
  }
  const ends = `${located(leaf)} ends on ${day(leaf.notAfter)} (${relative(leaf.notAfter, node.at)}), and nothing renews it`;
  return nearness !== 'far'
    ? warn(`${ends}: ${consequence}.`, shown, { headline: `kubelet.crt ends ${relative(leaf.notAfter, node.at)}` })
    : pass(`${ends}.`, shown);
}

export const kubeletServerTLSBootstrap: Check = {
  id: 'kubelet-server-tls-bootstrap',
  title: 'A kubelet that asks the cluster for its serving certificate has got it',
  severity: 'medium',
  impact: 'availability',
  versions: 'all; serverTLSBootstrap is false when unset, the gate RotateKubeletServerCertificate is on since 1.12',
  remediation:
    "Approve the node's request (`kubectl get csr`, `kubectl certificate approve <name>`) and install an approver for kubernetes.io/kubelet-serving, which the controller manager never approves; remove RotateKubeletServerCertificate=false from --feature-gates of kubelet and controller manager.",
  references: [
    cis('4.2.11'),
    kubernetesDocs('reference/access-authn-authz/kubelet-tls-bootstrapping/'),
    github('kubernetes/kubernetes#73356'),
  ],
  notApplicable: ({ node }) => {
    const kubelet = component(node, 'kubelet');
    return kubelet !== undefined && requestsServingCertificate(kubelet) === false
      ? 'serverTLSBootstrap is off: the kubelet does not ask for a serving certificate.'
      : undefined;
  },
  ...ofKubelet(['rotate-server-certificates', 'feature-gates'], (kubelet, { node }) => {
    const shown = [evidence(kubelet, 'rotate-server-certificates'), evidence(kubelet, 'feature-gates')];
    if (requestsServingCertificate(kubelet) === 'gate-off') {
      return fail(
        'serverTLSBootstrap is on and its gate RotateKubeletServerCertificate is off: the kubelet does not start.',
        shown,
        {
          severity: 'high',
          headline: 'serverTLSBootstrap without its gate',
        },
      );
    }
    const current = requestedServingFile(node, kubelet);
    const files = [evidence(kubelet, 'rotate-server-certificates'), current.evidence];
    if (isMissing(current)) {
      return isSet(kubelet, 'tls-cert-file')
        ? warn(
            `${current.file} does not exist: the kubelet's request was never approved, and it serves tlsCertFile meanwhile.`,
            files,
            {
              headline: 'serving certificate not approved',
            },
          )
        : fail(
            `${current.file} does not exist: the kubelet's request for a serving certificate was never approved, so it serves none and \`kubectl logs\` and \`exec\` fail on this node.`,
            files,
            { severity: 'high', headline: 'no serving certificate approved' },
          );
    }
    const missing = unavailable(current);
    if (missing !== undefined) return notAssessed(`${missing}.`, files);
    return isRotatedLink(current) === false
      ? warn(
          `${current.file} is a plain file, not the symbolic link that the kubelet replaces: it refuses to rotate.`,
          files,
          { headline: 'kubelet-server-current.pem is no link', remediation: relink('kubelet-server') },
        )
      : pass('The kubelet serves a certificate that the cluster signed, and rotates it.', files);
  }),
};

/** How to make the link again that rotation replaces. */
export function relink(prefix: 'kubelet-client' | 'kubelet-server'): string {
  return `In /var/lib/kubelet/pki: \`mv ${prefix}-current.pem ${prefix}-restored.pem && ln -s /var/lib/kubelet/pki/${prefix}-restored.pem ${prefix}-current.pem\`, then \`systemctl restart kubelet\`; copy such directories with \`cp -a\` or \`tar\` without -h, which keep links.`;
}

/** The kubeconfig with which the kubelet authenticates by certificate; undefined when it uses something else. */
export function certificateKubeconfig(uses: readonly KubeconfigUse[]): KubeconfigUse | undefined {
  return uses.find(({ role, kubeconfig }) => role === 'kubelet' && kubeconfig?.user?.clientCertificate !== undefined);
}

export const kubeletRotateCertificates: Check = {
  id: 'kubelet-rotate-certificates',
  title: 'The kubelet rotates its client certificate',
  severity: 'high',
  impact: 'availability',
  versions: 'all; false when unset, in a config file too; kubeadm writes true',
  remediation: inKubeletConfig('rotateCertificates: true'),
  references: [cis('4.2.10'), kubernetesDocs('tasks/tls/certificate-rotation/'), github('kubernetes/kubernetes#93060')],
  notApplicable: ({ facts }) =>
    facts.kubeconfigs.every(({ kubeconfig }) => kubeconfig !== undefined) &&
    certificateKubeconfig(facts.kubeconfigs) === undefined
      ? 'The kubelet does not authenticate with a certificate here.'
      : undefined,
  ...ofKubelet(['rotate-certificates'], (kubelet, { facts }) => {
    const shown = [evidence(kubelet, 'rotate-certificates')];
    if (bool(kubelet, 'rotate-certificates') === true)
      return pass('The kubelet rotates its client certificate.', shown);
    const leaf = certificatesOfPath(facts, 'kubelet')[0];
    const until = leaf === undefined ? '' : ` on ${day(leaf.notAfter)}`;
    const why = isWritten(kubelet, 'rotate-certificates') ? 'is false' : 'is not set, which means false';
    return warn(
      `rotateCertificates ${why}: when the client certificate ends${until}, the node drops out of the cluster.`,
      shown,
      {
        headline: 'client certificate is not rotated',
      },
    );
  }),
};

/** The kubelet rotates between 70 and 90 % of a certificate's life, as it counts it. */
const OVERDUE = 0.9;
const LATE = 0.95;

export const kubeletRotationOverdue: Check = {
  id: 'kubelet-rotation-overdue',
  judgesEnd: 'certificate',
  title: 'Certificates that the kubelet rotates are rotated in time',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Find out why no new certificate came: `journalctl -u kubelet | grep -i certificate`, `kubectl get csr` (approve what is pending with `kubectl certificate approve <name>`), and --cluster-signing-cert-file and --cluster-signing-key-file of the controller manager; judge an old backup at its own date with --at.',
  references: [...ROTATION_REFERENCES],
  notApplicable: (context) =>
    presentedOn(context).some(({ rotation }) => rotation === 'kubelet')
      ? undefined
      : 'No certificate of this path is known to be rotated by the kubelet.',
  evaluate: (context) =>
    presentedOn(context).flatMap((presented): readonly Finding[] => {
      const leaf = presented.chain[0];
      if (presented.rotation !== 'kubelet') return [];
      if (leaf === undefined) {
        const { certificate } = presented;
        return [
          notAssessed(`${unavailable(certificate) ?? `${certificate.file} holds no readable certificate`}.`, [
            certificate.evidence,
          ]),
        ];
      }
      const shown = [certificateEvidence(leaf, presented)];
      const { at } = context.node;
      // notBefore is what the kubelet itself counts from, also where kubeadm up to 1.30 copied it from the CA.
      const life = leaf.notAfter.getTime() - leaf.notBefore.getTime();
      const used = (at.getTime() - leaf.notBefore.getTime()) / life;
      const ends = `${located(leaf)} ends on ${day(leaf.notAfter)} (${relative(leaf.notAfter, at)})`;
      if (leaf.notAfter < at) return [pass(`${ends}; see pki-expired.`, shown)];
      if (used <= OVERDUE) return [pass(`${ends}; the kubelet rotates it before.`, shown)];
      const message = `${ends}: ${Math.floor(used * 100)} % of its life is over, and the kubelet rotates at 70 to 90 %, so rotation is not working.`;
      const headline = `rotation overdue: ends ${relative(leaf.notAfter, at)}`;
      return [
        used > LATE ? fail(message, shown, { headline }) : warn(message, shown, { severity: 'medium', headline }),
      ];
    }),
};

/** Whether flags set all that the defaults without a config file leave open. */
function leavesNothingOpen(kubelet: Component): boolean {
  return (
    bool(kubelet, 'anonymous-auth') === false &&
    text(kubelet, 'authorization-mode') === 'Webhook' &&
    number(kubelet, 'read-only-port') === 0 &&
    isSet(kubelet, 'client-ca-file')
  );
}

export const kubeletConfigMode: Check = {
  id: 'kubelet-config-mode',
  title: 'The kubelet is configured by a file, whose defaults are the safe ones',
  severity: 'medium',
  impact: 'security',
  versions: 'all',
  remediation:
    'Move the settings into a KubeletConfiguration file, start the kubelet with --config=/var/lib/kubelet/config.yaml and drop the flags that it replaces; supply the systemd unit, its drop-ins and /var/lib/kubelet/kubeadm-flags.env where they are not in the input.',
  references: [
    kubernetesDocs('tasks/administer-cluster/kubelet-config-file/'),
    kubernetesSource('cmd/kubelet/app/options/options.go'),
  ],
  ...ofKubelet([], (kubelet, { path }) => {
    const shown = [evidence(kubelet, 'config')];
    if (!kubelet.commandLineSeen) {
      return notAssessed(
        kubelet.unseen === undefined
          ? "The kubelet's command line is not in the input, and its flags beat the config file: supply its systemd unit and drop-ins (10-kubeadm.conf) and /var/lib/kubelet/kubeadm-flags.env."
          : `The kubelet's command line is not known as a whole, and its flags beat the config file: ${kubelet.unseen.replace(/\.$/, '')}.`,
        shown,
        { headline: 'kubelet flags unseen' },
      );
    }
    if (kubelet.usesConfigFile)
      return pass('The kubelet reads a config file, so what is unset takes the safe defaults.', shown);
    // On the other paths no default differs between the two sets.
    if (path !== 'client-to-kubelet') return pass('The kubelet is configured by flags alone.', shown);
    return !leavesNothingOpen(kubelet)
      ? warn(
          'The kubelet runs without --config, so whatever is not set takes the old defaults: anonymous requests, AlwaysAllow and the read-only port 10255.',
          shown,
          { headline: 'kubelet without a config file' },
        )
      : pass(
          'The kubelet is configured by flags alone, and they close what the defaults without a config file leave open; keep them when a node is added.',
          shown,
        );
  }),
};
