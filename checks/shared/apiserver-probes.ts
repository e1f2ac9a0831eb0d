/** Whether the kubelet's own requests to the API server are answered: the probes of its static pod. */
import type { Component, HTTPProbe } from '../../src/model/component.ts';
import type { Check, Evidence, Finding } from '../../src/model/path.ts';
import { component, number, requireComponent } from './access.ts';
import { anonymousRequests } from './apiserver.ts';
import type { Anonymous } from './apiserver.ts';
import { fail, notApplicable, notAssessed, pass, warn } from './result.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { enumerate } from './words.ts';

/** The probes that go to the API server's own port; one of another port is answered by something else. */
function probesOf(apiserver: Component): readonly HTTPProbe[] {
  const probes = apiserver.probes ?? [];
  return probes.length === 0 ? [] : probes.filter(({ port }) => port === number(apiserver, 'secure-port'));
}

/**
 * The kubelet takes an answer below 200 or from 400 on for a failure, and kills the container after some failures of a
 * startup or liveness probe. It shows no client certificate. Source: kubernetes/pkg/probe/http/http.go,
 * pkg/kubelet/prober/worker.go.
 */
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
    return apiserver === undefined || probesOf(apiserver).length > 0
      ? undefined
      : 'The kubelet sends no HTTP probe to the port of the API server, or the input does not show the pod.';
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const sent = probesOf(apiserver);
    const plain = sent.filter(({ scheme }) => scheme === 'HTTP');
    const anonymous = sent.filter(({ scheme, authorized }) => scheme === 'HTTPS' && !authorized);
    const findings: Finding[] = [];
    if (plain.length > 0) {
      findings.push(
        failing(plain, {
          message: `${subject(plain)} ${plain.length === 1 ? 'speaks' : 'speak'} plain HTTP to the TLS port, which answers 400`,
          evidence: [],
          headline: 'probe speaks http to the TLS port',
          remediation:
            'Set `scheme: HTTPS` in every httpGet probe of /etc/kubernetes/manifests/kube-apiserver.yaml (the default is HTTP).',
        }),
      );
    }
    if (anonymous.length > 0) findings.push(judged(anonymous, anonymousRequests(node, apiserver)));
    return findings.length > 0
      ? findings
      : pass('The probes of the API server carry a credential of their own.', sent.map(probeEvidence));
  },
};

/** The probes without a credential, by what becomes of anonymous requests. */
function judged(sent: readonly HTTPProbe[], found: Anonymous): Finding {
  switch (found.kind) {
    case 'unknown':
      return notAssessed(
        `Whether the kubelet's probes are answered is not known: ${found.message.replace(/\.$/, '')}.`,
        found.evidence,
      );
    case 'refused':
      return notApplicable('The API server does not start at all: see apiserver-anonymous-auth.');
    case 'on':
      return answered(sent, found.evidence);
    case 'limited': {
      const lost = sent.filter(({ path }) => !found.paths.includes(path));
      return lost.length === 0
        ? answered(sent, found.evidence)
        : failing(lost, unauthorized(lost, `anonymous requests reach ${enumerate(found.paths)} only`, found.evidence));
    }
    case 'off': {
      const fault = unauthorized(sent, `anonymous requests are refused (${found.why})`, found.evidence);
      return failing(sent, {
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

function answered(sent: readonly HTTPProbe[], evidence: readonly Evidence[]): Finding {
  const paths = [...new Set(sent.map(({ path }) => path))];
  return pass(`The kubelet's probes reach ${enumerate(paths)} without a credential.`, [
    ...sent.map(probeEvidence),
    ...evidence,
  ]);
}

interface ProbeFault {
  /** A clause without a period. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly headline: string;
  readonly remediation?: string;
}

function unauthorized(sent: readonly HTTPProbe[], why: string, evidence: readonly Evidence[]): ProbeFault {
  return {
    message: `${subject(sent)} ${sent.length === 1 ? 'carries' : 'carry'} no credential, and ${why}: the answer is 401`,
    evidence,
    headline: 'probes refused (401): pod is killed',
  };
}

function failing(sent: readonly HTTPProbe[], fault: ProbeFault): Finding {
  const shown = [...sent.map(probeEvidence), ...fault.evidence];
  const extra = fault.remediation === undefined ? {} : { remediation: fault.remediation };
  return sent.some(({ kind }) => kind !== 'readiness')
    ? fail(`${fault.message}, so the kubelet kills the API server again and again.`, shown, {
        ...extra,
        headline: fault.headline,
      })
    : warn(`${fault.message}, so the pod of the API server never becomes ready.`, shown, {
        ...extra,
        severity: 'medium',
        headline: 'readiness probe fails',
      });
}

/** `The startup and liveness probes of /livez`. */
function subject(sent: readonly HTTPProbe[]): string {
  const kinds = [...new Set(sent.map(({ kind }) => kind))];
  const paths = [...new Set(sent.map(({ path }) => path))];
  return `The ${enumerate(kinds)} ${kinds.length === 1 ? 'probe' : 'probes'} of ${enumerate(paths)}`;
}

function probeEvidence({ kind, scheme, path, file, line }: HTTPProbe): Evidence {
  return {
    component: 'kube-apiserver',
    setting: `${kind}Probe.httpGet`,
    value: `${scheme} ${path}`,
    origin: 'config-file',
    file,
    ...(line === undefined ? {} : { line }),
  };
}
