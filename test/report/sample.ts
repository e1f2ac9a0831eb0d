/** A report with every verdict in it, two nodes, and names that somebody chose in order to hurt. */
import type { Report, ReportCheck, ReportPath } from '../../src/model/report.ts';

const ESC = '\u001b';

/** Colour, a clickable OSC 8 link, a bidirectional override, CR, TAB, C1 CSI, zero-width space, lone surrogate. */
export const HOSTILE =
  `${ESC}[31mred${ESC}]8;;https://evil.example${ESC}\\link\u202egnp.exe\rPASS\ttab\u009b2J\u200bzero\ud800` as const;

function check(id: string, given: Partial<ReportCheck>): ReportCheck {
  return {
    id,
    title: `Title of ${id}`,
    status: 'pass',
    severity: 'medium',
    impact: 'security',
    message: `Message of ${id}.`,
    evidence: [],
    remediation: `Remediation of ${id}.`,
    references: [{ id: 'RFC 5280 4.2.1.3', url: 'https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3' }],
    waiver: null,
    ...given,
  };
}

function path(id: ReportPath['id'], given: Partial<ReportPath>): ReportPath {
  return {
    id,
    case: null,
    title: `Title of ${id}`,
    client: 'kube-apiserver',
    server: 'kubelet',
    node: 'cp-1',
    status: 'pass',
    encrypted: 'yes',
    serverVerified: 'yes',
    clientAuthenticated: 'yes',
    minTLSVersion: '1.2',
    firstExpiry: {
      notAfter: '2027-11-21T03:47:08Z',
      file: '/etc/kubernetes/pki/apiserver-kubelet-client.crt',
      rotation: 'manual',
    },
    reason: null,
    supply: null,
    checks: [check(`${id}-fine`, {})],
    ...given,
  };
}

const kubeletCANotSet = check('apiserver-kubelet-ca-set', {
  status: 'fail',
  severity: 'high',
  headline: 'kubelets not verified',
  message:
    'The API server does not verify the kubelets it connects to, so whoever takes the address of a node can read what exec and logs send.',
  evidence: [
    {
      component: 'kube-apiserver',
      setting: '--kubelet-certificate-authority',
      value: null,
      origin: 'default',
      file: '/etc/kubernetes/manifests/kube-apiserver.yaml',
      line: 14,
    },
  ],
  remediation:
    'Set --kubelet-certificate-authority in /etc/kubernetes/manifests/kube-apiserver.yaml to the CA that signs the serving certificates of the kubelets.\nFirst set serverTLSBootstrap: true in /var/lib/kubelet/config.yaml and approve the requests.',
});

const endsSoon = check('certificates-in-date', {
  status: 'warn',
  severity: 'medium',
  impact: 'availability',
  message: 'The serving certificate ends in 20 days; after that every client refuses it.',
  evidence: [
    {
      setting: 'certificate',
      value: 'CN=kube-apiserver',
      origin: 'certificate',
      file: '/etc/kubernetes/pki/apiserver.crt',
    },
  ],
});

const hostileFinding = check('certificate-names', {
  status: 'warn',
  severity: 'low',
  impact: 'both',
  headline: HOSTILE,
  message: `The name ${HOSTILE} is not among those of the certificate.`,
  evidence: [
    {
      component: 'etcd',
      setting: '--listen-client-urls',
      value: [HOSTILE, 'https://127.0.0.1:2379', 'https://日本語のとても長いホスト名.example'.repeat(5)],
      origin: 'flag',
      file: `/etc/kubernetes/${HOSTILE}.yaml`,
      line: 3,
    },
    { component: 'etcd', setting: '--experimental', value: { b: 'true', a: 'false' }, origin: 'environment' },
    { setting: '--empty', value: '', origin: 'drop-in' },
    { setting: '--none', value: [], origin: 'config-file' },
    { setting: '--port', value: 2379, origin: 'kubeconfig' },
  ],
  remediation: `Run kubeadm certs renew ${'x'.repeat(150)}.`,
});

/** Every status, every awkward text. */
export const hostileReport: Report = {
  schemaVersion: 1,
  tool: { name: 'kubetls', version: '0.0.0' },
  evaluatedAt: '2026-11-21T00:00:00Z',
  status: 'fail',
  inputs: [
    { name: `backup-${HOSTILE}.tar.gz`, kind: 'archive' },
    { name: 'cp-2', kind: 'directory' },
  ],
  nodes: [
    {
      name: 'cp-1',
      kubernetesVersion: '1.36.3',
      distribution: 'kubeadm',
      configuredIn: null,
      components: [
        {
          name: 'etcd',
          version: '3.6.8',
          sources: [{ file: '/etc/kubernetes/manifests/etcd.yaml', kind: 'static-pod' }],
          settings: [
            {
              name: 'cipher-suites',
              value: [],
              origin: 'default',
              file: null,
              line: null,
              overrides: [],
            },
            {
              name: 'client-cert-auth',
              value: true,
              origin: 'flag',
              file: '/etc/kubernetes/manifests/etcd.yaml',
              line: 20,
              overrides: [{ value: false, origin: 'default', file: null, line: null }],
            },
          ],
        },
        { name: 'kube-apiserver', version: null, sources: [], settings: [] },
      ],
    },
    {
      name: `cp-2-${HOSTILE}`,
      kubernetesVersion: null,
      distribution: 'rke2',
      configuredIn: `in ${HOSTILE}`,
      components: [],
    },
  ],
  paths: [
    path('apiserver-to-kubelet', {
      case: '1',
      status: 'fail',
      serverVerified: 'no',
      checks: [check('apiserver-kubelet-client', {}), kubeletCANotSet],
    }),
    path('kubelet-to-apiserver', {
      case: '2',
      firstExpiry: {
        notAfter: '2027-11-21T03:47:08Z',
        file: '/var/lib/kubelet/pki/kubelet-client-current.pem',
        rotation: 'kubelet',
      },
    }),
    path('user-to-apiserver', {
      case: '3',
      status: 'warn',
      clientAuthenticated: 'unknown',
      minTLSVersion: 'unknown',
      firstExpiry: { notAfter: '2026-11-21T05:00:00Z', file: '/etc/kubernetes/admin.conf', rotation: 'manual' },
      checks: [
        endsSoon,
        hostileFinding,
        check('admin-conf-mode', {
          status: 'not-assessed',
          message: 'The archive does not keep modes; check /etc/kubernetes/admin.conf on the node.',
        }),
      ],
    }),
    path('pod-to-pod', {
      status: 'not-applicable',
      encrypted: 'unknown',
      serverVerified: 'unknown',
      clientAuthenticated: 'unknown',
      minTLSVersion: 'unknown',
      firstExpiry: null,
      reason: 'Traffic between pods belongs to the network plugin and the workloads.',
      supply: 'Supply an export of the cluster.',
      checks: [],
    }),
    path('etcd-to-apiserver', {
      status: 'not-applicable',
      firstExpiry: null,
      reason: 'etcd never connects to the API server.',
      checks: [],
    }),
    path('apiserver-to-etcd', {
      status: 'warn',
      minTLSVersion: 'n/a',
      firstExpiry: {
        notAfter: '2026-11-01T00:00:00Z',
        file: '/etc/kubernetes/pki/apiserver-etcd-client.crt',
        rotation: 'manual',
      },
      checks: [endsSoon],
    }),
    path('cloud-controller-manager-to-apiserver', {
      encrypted: 'n/a',
      firstExpiry: null,
    }),
    path('apiserver-to-konnectivity', {
      status: 'not-assessed',
      encrypted: 'unknown',
      serverVerified: 'unknown',
      clientAuthenticated: 'unknown',
      minTLSVersion: 'unknown',
      firstExpiry: null,
      reason: `The egress selector configuration /etc/kubernetes/${HOSTILE} is not in the input: supply it.`,
      checks: [],
    }),
    path('apiserver-to-kubelet', {
      node: `cp-2-${HOSTILE}`,
      status: 'fail',
      serverVerified: 'no',
      checks: [kubeletCANotSet],
    }),
    path('pod-to-pod', {
      node: `cp-2-${HOSTILE}`,
      status: 'not-applicable',
      firstExpiry: null,
      reason: 'Traffic between pods belongs to the network plugin and the workloads.',
      supply: 'Supply an export of the cluster.',
      checks: [],
    }),
  ],
  certificates: [
    {
      file: '/etc/kubernetes/pki/apiserver.crt',
      role: 'serving certificate of kube-apiserver',
      subject: `CN=${HOSTILE}`,
      issuer: 'CN=kubernetes',
      serialNumber: '4f2a',
      notBefore: '2026-11-21T03:42:08Z',
      notAfter: '2027-11-21T03:47:08Z',
      sha256: 'ab'.repeat(32),
      paths: ['user-to-apiserver', 'kubelet-to-apiserver'],
      rotation: 'manual',
      node: 'cp-1',
    },
  ],
  problems: [
    {
      code: 'refused-entry',
      subject: `backup-${HOSTILE}.tar.gz`,
      message: `The entry ../../etc/${HOSTILE} leads out of the archive and was left out.`,
      file: null,
      line: null,
      incomplete: false,
    },
    {
      code: 'unparsable',
      subject: '/etc/kubernetes/audit.yaml',
      message: 'Not YAML: bad indentation.',
      file: '/etc/kubernetes/audit.yaml',
      line: 7,
      incomplete: true,
    },
  ],
  waivers: [],
  summary: { pass: 2, warn: 2, fail: 2, notAssessed: 1, notApplicable: 3 },
};

/** The same with nothing at warn or worse. */
export const cleanReport: Report = {
  ...hostileReport,
  status: 'pass',
  inputs: [{ name: 'host', kind: 'host' }],
  nodes: hostileReport.nodes.slice(0, 1),
  paths: hostileReport.paths.filter(
    ({ status, node }) => node === 'cp-1' && status !== 'warn' && status !== 'fail' && status !== 'not-assessed',
  ),
  problems: [],
  waivers: [],
  summary: { pass: 2, warn: 0, fail: 0, notAssessed: 0, notApplicable: 2 },
};

/** No rows at all: what `--path` and `--check` may leave. */
export const emptyReport: Report = {
  ...cleanReport,
  status: 'not-applicable',
  nodes: [],
  paths: [],
  certificates: [],
  waivers: [],
  summary: { pass: 0, warn: 0, fail: 0, notAssessed: 0, notApplicable: 0 },
};
