/** Whether the kubelet's own requests to the API server are answered: the probes of its static pod. */
import type { Component, HTTPProbe } from '../../src/model/component.ts';
import type { Check, Evidence, Finding } from '../../src/model/path.ts';
import type { NodeModel } from '../../src/model/node.ts';
import { component, number, requireComponent, text } from './access.ts';
import { anonymousRequests, authorizers } from './apiserver.ts';
import type { Anonymous } from './apiserver.ts';
import { failingProbes, probeEvidence, unreachableProbes } from './probes.ts';
import type { ProbeFault } from './probes.ts';
import { notApplicable, notAssessed, pass, warn } from './result.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { enumerate } from './words.ts';

/** kubeadm's, and the flag's default. */
const DEFAULT_PORT = 6443;

/** The probes that go to the API server's own port; one of another port is answered by something else. */
function probesOf(apiserver: Component): readonly HTTPProbe[] {
  const probes = apiserver.probes ?? [];
  if (probes.length === 0) return [];
  const own = number(apiserver, 'secure-port');
  return probes.filter(({ port }) => port === own || port === DEFAULT_PORT);
}

/** Whether the kubelet, which shows no client certificate, gets an answer that it takes for a good one. */
export const probes: Check = {
  id: 'apiserver-probes',
  title: "The kubelet's probes of the API server are answered",
  severity: 'high',
  impact: 'availability',
  versions: 'all; limiting anonymous requests to paths: alpha 1.31, on from 1.32',
  remediation:
    'From 1.32: leave the probed paths open to anonymous requests in the file that --authentication-config names (`anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}]}`) and remove --anonymous-auth. Before 1.32: remove --anonymous-auth=false, or make the probes in the manifest tcpSocket probes (kubeadm: by --patches, or an upgrade brings them back).',
  references: [
    kubernetesDocs('reference/access-authn-authz/authentication/'),
    kubernetesSource('pkg/probe/http/http.go'),
    kubernetesSource('pkg/kubeapiserver/options/authentication.go'),
  ],
  notApplicable: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return undefined;
    const sent = probesOf(apiserver).length > 0;
    if (sent && number(apiserver, 'secure-port') === 0) return 'It does not start at all: see apiserver-secure-port.';
    return sent
      ? undefined
      : 'The kubelet sends no HTTP probe to the port of the API server, or the input does not show the pod.';
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const sent = probesOf(apiserver);
    const lost = unreachableProbes(
      apiserver,
      [{ host: text(apiserver, 'bind-address'), port: number(apiserver, 'secure-port') ?? DEFAULT_PORT, secure: true }],
      [DEFAULT_PORT],
    );
    const heard = sent.filter((probe) => !lost.some(({ probes }) => probes.includes(probe)));
    const anonymous = heard.filter(({ authorized }) => !authorized);
    const findings = [
      ...lost.map((fault) => failingProbes(apiserver, { ...fault, remediation: REACH })),
      ...(anonymous.length > 0 ? judged(node, apiserver, anonymous) : []),
    ];
    return findings.length > 0
      ? findings
      : pass(
          'The probes of the API server carry a credential of their own.',
          sent.map((probe) => probeEvidence(apiserver, probe)),
        );
  },
};

const REACH =
  'In every httpGet probe of /etc/kubernetes/manifests/kube-apiserver.yaml set `scheme: HTTPS`, the port of --secure-port, and a host that --bind-address covers.';

/** The probes without a credential, by what becomes of anonymous requests. */
function judged(node: NodeModel, apiserver: Component, sent: readonly HTTPProbe[]): readonly Finding[] {
  const found = anonymousRequests(node, apiserver);
  const heard = found.kind === 'limited' ? sent.filter(({ path }) => found.paths.includes(path)) : sent;
  const forbidden = found.kind === 'on' || found.kind === 'limited' ? notGranted(node, apiserver, heard) : undefined;
  const answer = authenticated(apiserver, sent, found);
  if (forbidden === undefined) return [answer];
  return answer.status === 'pass' ? [forbidden] : [answer, forbidden];
}

/** By authentication alone. */
function authenticated(apiserver: Component, sent: readonly HTTPProbe[], found: Anonymous): Finding {
  switch (found.kind) {
    case 'unknown':
      return notAssessed(
        `Whether the kubelet's probes are answered is not known: ${found.message.replace(/\.$/, '')}.`,
        found.evidence,
      );
    case 'refused':
      return notApplicable('The API server does not start at all: see apiserver-anonymous-auth.');
    case 'on':
      return answered(apiserver, sent, found.evidence);
    case 'limited': {
      const lost = sent.filter(({ path }) => !found.paths.includes(path));
      return lost.length === 0
        ? answered(apiserver, sent, found.evidence)
        : failingProbes(
            apiserver,
            unauthorized(lost, `anonymous requests reach ${enumerate(found.paths)} only`, found.evidence),
          );
    }
    case 'off': {
      const fault = unauthorized(sent, `anonymous requests are refused (${found.why})`, found.evidence);
      return failingProbes(apiserver, {
        ...fault,
        ...(found.forced === true
          ? {
              remediation:
                'Set --authorization-mode=Node,RBAC: AlwaysAllow in it switches anonymous requests off, and with them the probes.',
            }
          : {}),
      });
    }
  }
}

/**
 * What the role system:public-info-viewer lets everybody read; a path below one of these is another path.
 * Source: kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
 */
const OPEN_TO_ALL: readonly string[] = ['/livez', '/readyz', '/healthz', '/version', '/version/'];

/** Probes that get in as system:anonymous and that no stock role grants anything. */
function notGranted(node: NodeModel, apiserver: Component, sent: readonly HTTPProbe[]): Finding | undefined {
  const closed = sent.filter(({ path }) => !OPEN_TO_ALL.includes(path));
  if (closed.length === 0) return undefined;
  const paths = enumerate([...new Set(closed.map(({ path }) => path))]);
  const shown = closed.map((probe) => probeEvidence(apiserver, probe));
  const found = authorizers(node, apiserver);
  if ('problem' in found || found.modes.some((mode) => mode === 'Webhook' || mode === 'ABAC')) {
    return notAssessed(
      `Whether ${paths} may be read without a credential is for an authorizer that the input does not show.`,
      shown,
    );
  }
  return warn(
    `The kubelet's probes of ${paths} carry no credential, and RBAC opens only ${enumerate(OPEN_TO_ALL.slice(0, 4))} to such requests, unless a role of this cluster adds to them: the answer is 403, and the kubelet kills kube-apiserver again and again.`,
    [...shown, ...found.evidence],
    {
      severity: 'high',
      headline: 'probes may be refused (403)',
      remediation:
        'Let the probes in /etc/kubernetes/manifests/kube-apiserver.yaml ask for /livez and /readyz themselves; what is not to count is left out with `?exclude=<check>`.',
    },
  );
}

function answered(apiserver: Component, sent: readonly HTTPProbe[], evidence: readonly Evidence[]): Finding {
  const paths = [...new Set(sent.map(({ path }) => path))];
  return pass(`The kubelet's probes reach ${enumerate(paths)} without a credential.`, [
    ...sent.map((probe) => probeEvidence(apiserver, probe)),
    ...evidence,
  ]);
}

function unauthorized(probes: readonly HTTPProbe[], why: string, evidence: readonly Evidence[]): ProbeFault {
  return {
    probes,
    message: `carry no credential, and ${why}: the answer is 401`,
    evidence,
    headline: 'probes refused (401): pod is killed',
  };
}
