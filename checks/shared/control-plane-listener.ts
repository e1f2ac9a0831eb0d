/** The scheduler and the controller managers as servers of health and metrics: one implementation for all. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type {
  Applicability,
  Check,
  CheckContext,
  ExpectedName,
  PathDefinition,
  PathFacts,
  PresentedCertificate,
  Reference,
  Trust,
} from '../../src/model/path.ts';
import type { Answer } from '../../src/model/status.ts';
import { atLeast } from '../../src/model/version.ts';
import { isLoopback, splitHostPort } from '../../src/config/url.ts';
import {
  component,
  evidence,
  evidences,
  isSet,
  isWritten,
  knownOr,
  list,
  number,
  requireComponent,
  setting,
  text,
} from './access.ts';
import { setFlag, notConfigured } from './control-plane.ts';
import type { ControlPlaneComponent } from './control-plane.ts';
import { listenerChecks, minTLSOf } from './listener.ts';
import { bundleOf, presentedBySettings } from './material.ts';
import { PKI_CHECKS } from './pki.ts';
import { github, kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { unreadFinding } from './unread.ts';
import { accepted, uncoveredNames, verdictOf } from './verdict.ts';
import { certificateEvidence, enumerate } from './words.ts';

/** What differs between the paths. */
export interface ControlPlaneListener extends Pick<PathDefinition, 'id' | 'title' | 'description'> {
  readonly component: ControlPlaneComponent;
  readonly controls: ListenerControls;
}

/** What the benchmarks say of a listener; empty for a component that they do not know. */
export interface ListenerControls {
  readonly bindAddress: readonly Reference[];
  readonly minVersion: readonly Reference[];
}

/** The path of scrapers, probes and people to one of the components. */
export function controlPlaneListenerPath(listener: ControlPlaneListener): PathDefinition {
  const { component: own, controls, ...words } = listener;
  return {
    ...words,
    client: 'metrics scraper, probe',
    server: own.name,
    applicability: (node): Applicability =>
      component(node, own.name) === undefined ? notConfigured(node, own.name) : { kind: 'applies' },
    facts: (node) => factsOf(node, own),
    checks: [...controlPlaneListenerChecks(own, controls), ...PKI_CHECKS],
  };
}

/** What is asked of the listener of one of the components. */
export function controlPlaneListenerChecks(own: ControlPlaneComponent, controls: ListenerControls): readonly Check[] {
  return [
    bindAddress(own, controls.bindAddress),
    securePort(own),
    insecurePort(own),
    servingCertificate(own),
    delegatedAuthentication(own),
    alwaysAllowPaths(own),
    ...listenerChecks({
      prefix: own.prefix,
      component: own.name,
      references: { minVersion: controls.minVersion },
    }),
  ];
}

function factsOf(node: NodeModel, own: ControlPlaneComponent): PathFacts {
  const server = requireComponent(node, own.name);
  const insecure = insecureListener(server, own);
  const open = typeof insecure === 'object';
  const served = presentedServing(node, server, own);
  if (!servesHTTPS(server)) {
    const answer = open ? 'no' : insecure === 'unknown' ? 'unknown' : 'n/a';
    return {
      encrypted: answer,
      serverVerified: answer,
      clientAuthenticated: answer,
      minTLSVersion: open ? 'n/a' : insecure === 'unknown' ? 'unknown' : 'n/a',
      presented: [],
      kubeconfigs: [],
    };
  }
  const over = (answer: Answer): Answer =>
    open ? 'no' : answer === 'yes' && insecure === 'unknown' ? 'unknown' : answer;
  return {
    encrypted: over('yes'),
    serverVerified: over(served === undefined ? 'no' : isSelfSigned(served) ? 'no' : accepted(served, node)),
    clientAuthenticated: over(authenticatesClients(server) ? 'yes' : 'no'),
    minTLSVersion: minTLSOf(server),
    presented: served === undefined ? [] : [served],
    kubeconfigs: [],
  };
}

/** --secure-port=0 switches the listener off; it is not an error for these two (apiserver options/serving.go). */
function servesHTTPS(server: Component): boolean {
  return number(server, 'secure-port') !== 0;
}

function offHost(server: Component): boolean {
  return !isLoopback(text(server, 'bind-address'));
}

/**
 * A token is checked by TokenReview through --authentication-kubeconfig, a certificate by --client-ca-file or the CA
 * looked up through that kubeconfig; without both everybody is anonymous.
 * Source: k8s.io/apiserver pkg/server/options/authentication.go (DelegatingAuthenticationOptions.ApplyTo).
 */
function authenticatesClients(server: Component): boolean {
  return isSet(server, 'authentication-kubeconfig') || isSet(server, 'client-ca-file');
}

/** The certificate from --tls-cert-file; undefined when the process makes one in memory at each start. */
export function presentedServing(
  node: NodeModel,
  server: Component,
  own: ControlPlaneComponent,
): PresentedCertificate | undefined {
  const present = (trust: Trust): PresentedCertificate | undefined =>
    presentedBySettings(
      node,
      server,
      { certificate: 'tls-cert-file', key: 'tls-private-key-file' },
      {
        side: 'server',
        role: `serving certificate of ${own.name}`,
        trust,
        expectedNames: onlyName(server),
        askedBy: { chain: `${own.prefix}-serving-cert` },
      },
    );
  // Scrapers in pods have the cluster CA at hand; whether others trust another CA, no file of the node tells.
  const cluster = clusterTrust(node);
  const byCluster = cluster === undefined ? undefined : present(cluster);
  if (byCluster !== undefined) {
    const verdict = verdictOf(byCluster, node);
    const { kind } = verdict;
    if (kind === 'judged' && (verdict.result.ok || ['expired', 'not-yet-valid'].includes(verdict.result.reason))) {
      return byCluster;
    }
  }
  return present({ kind: 'unknown', message: 'Which CA the scrapers trust is not in the input' });
}

/** On loopback there is one way to dial it; what name is dialled from elsewhere, no file of the node tells. */
function onlyName(server: Component): readonly ExpectedName[] {
  if (offHost(server)) return [];
  const name = text(server, 'bind-address');
  return [{ name, because: 'it listens on nothing else', evidence: evidence(server, 'bind-address') }];
}

function clusterTrust(node: NodeModel): Trust | undefined {
  for (const [name, flag] of [
    ['kube-controller-manager', 'root-ca-file'],
    ['kube-apiserver', 'client-ca-file'],
  ] as const) {
    const owner = component(node, name);
    if (owner !== undefined && isSet(owner, flag)) return bundleOf(node, owner, flag, 'none');
  }
  return undefined;
}

function isSelfSigned({ chain }: PresentedCertificate): boolean {
  const leaf = chain[0];
  return leaf !== undefined && leaf.subjectDer === leaf.issuerDer;
}

/** A value that pflag refuses: the process stops at it (`<prefix>-removed-flags` says so), so nothing listens. */
function addressRefused(server: Component): boolean {
  return server.notices.some(
    ({ code, subject }) => code === 'invalid-value' && /^-{1,2}bind[-_]address$/.test(subject),
  );
}

/** Asks only while there is an HTTPS listener to ask about. */
function ofListener(
  own: ControlPlaneComponent,
  judge: (server: Component, context: CheckContext) => ReturnType<Check['evaluate']>,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    notApplicable: ({ node }) => {
      const server = requireComponent(node, own.name);
      if (!servesHTTPS(server)) return '--secure-port=0: nothing is served over HTTPS.';
      return addressRefused(server) ? `--bind-address is no IP address: ${own.name} does not start.` : undefined;
    },
    evaluate: (context) => judge(requireComponent(context.node, own.name), context),
  };
}

function bindAddress(own: ControlPlaneComponent, controls: readonly Reference[]): Check {
  return {
    id: `${own.prefix}-bind-address`,
    title: `${own.name} listens on loopback only`,
    severity: 'medium',
    impact: 'security',
    versions: `all; unset means 0.0.0.0${own.kubeadmField === undefined ? '' : ', kubeadm writes 127.0.0.1'}`,
    remediation: `Set --bind-address=127.0.0.1 ${setFlag(own)}; a Prometheus that scrapes from another host then needs a proxy on the node (kube-rbac-proxy), or keep the address and give the listener a certificate and both delegated kubeconfigs.`,
    references: [...controls, kubernetesDocs(`reference/command-line-tools-reference/${own.name}/`)],
    ...ofListener(own, (server) => {
      const shown = [evidence(server, 'bind-address')];
      const address = text(server, 'bind-address');
      if (!offHost(server)) return pass(`${own.name} listens on ${address} only.`, shown);
      const unset = isWritten(server, 'bind-address') ? '' : ' (unset means every address)';
      const guarded = isSet(server, 'tls-cert-file') && delegates(server);
      return warn(
        `${own.name} listens on ${address || 'every address'}${unset}: whoever reaches the node reaches its metrics and debug endpoints${guarded ? ', with a certificate and delegated authentication in front of them' : ''}.`,
        shown,
        // Scraping from another host is a legitimate reason to listen there, if the listener is guarded.
        { headline: `${own.prefix} listens on ${address || 'every address'}`, ...(guarded ? { severity: 'low' } : {}) },
      );
    }),
  };
}

function securePort(own: ControlPlaneComponent): Check {
  return {
    id: `${own.prefix}-secure-port`,
    title: `${own.name} serves health and metrics over HTTPS`,
    severity: 'medium',
    impact: 'availability',
    versions: 'all; 0 switches it off',
    remediation: `Remove --secure-port=0 ${setFlag(own)}.`,
    references: [
      kubernetesSource('pkg/cluster/ports/ports.go'),
      kubernetesDocs('reference/networking/ports-and-protocols/'),
    ],
    evaluate: ({ node }) => {
      const server = requireComponent(node, own.name);
      const shown = [evidence(server, 'secure-port')];
      return servesHTTPS(server)
        ? pass(`${own.name} serves HTTPS on port ${text(server, 'secure-port')}.`, shown)
        : warn(
            `--secure-port=0: ${own.name} serves nothing over HTTPS, so the kubelet's probes on that port kill it and nobody sees its metrics.`,
            shown,
            { headline: '--secure-port=0' },
          );
    },
  };
}

/**
 * The listener of plain HTTP. The controller manager stopped serving it in 1.22, the scheduler in 1.23
 * (kubernetes/kubernetes#96216, #96345), and 1.24 dropped the flags. Up to then a scheduler with --config takes it
 * from healthzBindAddress and metricsBindAddress, two listeners where they differ
 * (cmd/kube-scheduler/app/options/insecure_serving.go). Of two the one is told that more people reach.
 */
function insecureListener(
  server: Component,
  own: ControlPlaneComponent,
): { readonly port: number; readonly address: string } | 'off' | 'unknown' {
  const { version } = server;
  if (version === undefined) return 'unknown';
  if (atLeast(version, own.insecurePort.inertFrom)) return 'off';
  const found = knownOr(undefined, () => setting(server, 'port'));
  if (found === undefined) return 'unknown';
  const { value } = found;
  const port = typeof value === 'number' ? value : own.insecurePort.number;
  const health = port === 0 ? undefined : { port, address: text(server, 'address') || '0.0.0.0' };
  const metrics = server.usesConfigFile ? metricsListener(server, own) : undefined;
  const open = [health, metrics].filter((listener) => listener !== undefined);
  return open.find(({ address }) => !isLoopback(address)) ?? open[0] ?? 'off';
}

/** The second listener of a scheduler with a configuration file. */
function metricsListener(
  server: Component,
  { insecurePort }: ControlPlaneComponent,
): { readonly port: number; readonly address: string } | undefined {
  const written = text(server, 'metricsBindAddress');
  if (written === '') return undefined;
  const address = splitHostPort(written);
  const port = address?.port ?? insecurePort.number;
  return port === 0 ? undefined : { port, address: (address?.host ?? written) || '0.0.0.0' };
}

function insecurePort(own: ControlPlaneComponent): Check {
  return {
    id: `${own.prefix}-insecure-port`,
    title: `${own.name} serves nothing over plain HTTP`,
    severity: 'high',
    impact: 'security',
    versions: `${own.insecurePort.offByDefault === true ? 'off' : 'open'} by default below ${own.insecurePort.inertFrom} (port ${own.insecurePort.number}); the flags are gone from 1.24`,
    remediation: `Set --port=0 ${setFlag(own)}; from ${own.insecurePort.inertFrom} on remove --port and --address, which stop the process from 1.24 on.`,
    references: [
      kubernetesSource(
        `${own.kubeadmField === undefined ? 'staging/src/k8s.io/cloud-provider' : `cmd/${own.name}/app`}/options/options.go`,
        '1.20.0',
      ),
      kubernetesDocs('reference/networking/ports-and-protocols/'),
    ],
    notApplicable: ({ node }) => {
      const version = component(node, own.name)?.version;
      return version !== undefined && atLeast(version, '1.24')
        ? 'Plain HTTP and its flags are gone from Kubernetes 1.24 on.'
        : undefined;
    },
    evaluate: ({ node }) => {
      const server = requireComponent(node, own.name);
      const shown = evidences(server, 'port', 'address');
      const listener = insecureListener(server, own);
      if (listener === 'unknown') {
        return notAssessed(
          `Whether ${own.name} serves plain HTTP is decided by healthzBindAddress and metricsBindAddress in ${text(server, 'config') || 'its configuration file'}, which was not read: both have to be empty.`,
          [evidence(server, 'config')],
        );
      }
      if (listener === 'off') {
        const inert = (number(server, 'port') ?? 0) !== 0;
        return pass(
          inert
            ? '--port is set but has no effect in this version; remove it before an upgrade to 1.24.'
            : `${own.name} serves nothing over plain HTTP.`,
          shown,
        );
      }
      const unset = isWritten(server, 'port') ? '' : ' (--port is not set, and this version then opens it)';
      const message = `${own.name} serves metrics and profiles on http://${listener.address}:${listener.port} without TLS or authentication${unset}.`;
      return isLoopback(listener.address)
        ? warn(message, shown, { severity: 'medium', headline: `plain http on loopback, port ${listener.port}` })
        : fail(message, shown, { headline: `plain http on port ${listener.port}` });
    },
  };
}

function servingCertificate(own: ControlPlaneComponent): Check {
  return {
    id: `${own.prefix}-serving-cert`,
    title: `Clients beyond the host can verify the certificate of ${own.name}`,
    severity: 'medium',
    impact: 'security',
    versions: 'all; unset means a self-signed certificate in memory, new at each start',
    remediation: `Sign a pair with the cluster CA for the names that are scraped and set --tls-cert-file and --tls-private-key-file ${setFlag(own)}; or set --bind-address=127.0.0.1.`,
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/serving.go'),
      github('kubernetes/kubeadm#2244'),
    ],
    ...ofListener(own, (server, { facts }) => {
      const shown = evidences(server, 'tls-cert-file', 'bind-address');
      const served = facts.presented.find((one) => one.side === 'server' && one.owner === own.name);
      if (served === undefined) return withoutCertificate(server, own);
      const unread = unreadFinding(served.certificate, shown, `${own.name} does not start`);
      if (unread !== undefined) return unread;
      const leaf = served.chain[0];
      if (leaf === undefined) {
        return fail(
          `${served.certificate.file} holds no certificate that Kubernetes can read: ${own.name} does not start.`,
          shown,
          {
            severity: 'high',
            impact: 'availability',
            headline: 'serving certificate unreadable',
          },
        );
      }
      const evident = [...shown, certificateEvidence(leaf, served)];
      if (isSelfSigned(served)) {
        const message = `${served.certificate.file} is self-signed`;
        return offHost(server)
          ? warn(`${message}: no client can verify it, unless it trusts that very certificate.`, evident, {
              headline: 'self-signed certificate off the host',
            })
          : pass(`${message}, and only this machine reaches the listener.`, evident);
      }
      if (served.trust.kind === 'bundle' && uncoveredNames(served).length > 0) {
        return warn(
          `${served.certificate.file} does not name ${text(server, 'bind-address')}, and ${own.name} listens on nothing else: whoever verifies it refuses the connection.`,
          evident,
          { severity: 'low', impact: 'availability', headline: `certificate lacks ${text(server, 'bind-address')}` },
        );
      }
      return served.trust.kind === 'bundle'
        ? pass(`${served.certificate.file} is signed by the cluster CA, which every pod has.`, evident)
        : pass(`${served.certificate.file} is signed by ${leaf.issuer}: scrapers need that CA.`, evident);
    }),
  };
}

/** No --tls-cert-file: the process makes its own, in memory or in --cert-dir. */
function withoutCertificate(server: Component, own: ControlPlaneComponent): ReturnType<Check['evaluate']> {
  const shown = evidences(server, 'tls-cert-file', 'tls-private-key-file', 'cert-dir', 'bind-address');
  if (isSet(server, 'tls-private-key-file')) {
    return fail(`--tls-private-key-file is set without --tls-cert-file: ${own.name} does not start.`, shown, {
      severity: 'high',
      impact: 'availability',
      headline: 'certificate and key not both set',
    });
  }
  const made = isSet(server, 'cert-dir')
    ? `a self-signed certificate that it keeps in ${text(server, 'cert-dir')}`
    : 'a self-signed certificate that it makes in memory at each start, valid for one year';
  return offHost(server)
    ? warn(
        `${own.name} serves ${made}: scrapers from other hosts cannot verify it and have to skip verification.`,
        shown,
        {
          headline: 'throw-away certificate off the host',
        },
      )
    : pass(`${own.name} serves ${made}; only this machine reaches it.`, shown);
}

function delegates(server: Component): boolean {
  return isSet(server, 'authentication-kubeconfig') && isSet(server, 'authorization-kubeconfig');
}

/**
 * What becomes of callers where one of the two kubeconfigs is lacking. Without --authentication-kubeconfig no token is
 * looked at, and a certificate only where --client-ca-file is set; without --authorization-kubeconfig the group
 * system:masters alone has rights. Source: k8s.io/apiserver pkg/server/options/{authentication,authorization}.go.
 */
function undelegated(server: Component): string {
  const certificates = isSet(server, 'client-ca-file');
  if (isSet(server, 'authorization-kubeconfig')) {
    return certificates
      ? 'count as anonymous, whatever token they show, unless they show a certificate from --client-ca-file'
      : 'count as anonymous, whatever token or certificate they show';
  }
  return authenticatesClients(server)
    ? 'are refused, unless their certificate is in system:masters'
    : 'are refused, whatever token or certificate they show';
}

function delegatedAuthentication(own: ControlPlaneComponent): Check {
  const flags = ['authentication-kubeconfig', 'authorization-kubeconfig'] as const;
  return {
    id: `${own.prefix}-delegated-auth`,
    title: `${own.name} asks the API server who its callers are and what they may do`,
    severity: 'medium',
    impact: 'security',
    versions: 'all; unset means that tokens count for nothing',
    remediation: `Set --authentication-kubeconfig and --authorization-kubeconfig to ${own.kubeadmField === undefined ? 'its kubeconfig' : `/etc/kubernetes/${own.prefix}.conf`} ${setFlag(own)}.`,
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/authentication.go'),
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/authorization.go'),
    ],
    ...ofListener(own, (server) => {
      const shown = evidences(server, ...flags);
      const lacking = flags.filter((flag) => !isSet(server, flag)).map((flag) => `--${flag}`);
      if (lacking.length === 0) return pass('Callers are authenticated and authorized by the API server.', shown);
      const message = `${enumerate(lacking)} ${lacking.length === 1 ? 'is' : 'are'} not set: callers beyond the health paths ${undelegated(server)}`;
      return offHost(server)
        ? warn(`${message}.`, shown, { headline: 'no delegated authentication' })
        : pass(`${message}; only this machine reaches the listener.`, shown);
    }),
  };
}

/** What kubeadm's probes and load balancers may read without a credential. */
const HEALTH_PATH = /^\/?(?:healthz|livez|readyz)(?:\/.*)?$/;

/** Whether an entry of --authorization-always-allow-paths lets `path` pass (apiserver pkg/authorization/path). */
function covers(entry: string, path: string): boolean {
  const bare = entry.replace(/^\//, '');
  const wanted = path.replace(/^\//, '');
  return bare.endsWith('*') ? wanted.startsWith(bare.slice(0, -1)) : wanted === bare;
}

function alwaysAllowPaths(own: ControlPlaneComponent): Check {
  const flag = 'authorization-always-allow-paths';
  return {
    id: `${own.prefix}-always-allow-paths`,
    title: `${own.name} answers strangers on its health paths only`,
    severity: 'medium',
    impact: 'security',
    versions: 'all; unset means /healthz, /readyz and /livez (only /healthz up to 1.20)',
    remediation: `Remove --${flag} ${setFlag(own)}, and give the scraper a service account that may get the nonResourceURL /metrics.`,
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/authorization/path/path.go'),
      kubernetesDocs(`reference/command-line-tools-reference/${own.name}/`),
    ],
    ...ofListener(own, (server) => {
      const shown = [evidence(server, flag)];
      const entries = list(server, flag);
      const broken = entries.find((entry) => entry.slice(0, -1).includes('*'));
      if (broken !== undefined) {
        return fail(`--${flag} holds ${broken}: only a trailing * is allowed, so ${own.name} does not start.`, shown, {
          severity: 'high',
          impact: 'availability',
          headline: `--${flag} is invalid`,
        });
      }
      const others = entries.filter((entry) => !HEALTH_PATH.test(entry));
      if (others.length === 0) return pass('Only the health paths are answered without a credential.', shown);
      const message = `${enumerate(others)} ${others.length === 1 ? 'is' : 'are'} answered without any credential`;
      const headline = `${others[0] ?? ''} open to everybody`;
      if (!offHost(server)) {
        return warn(`${message} to every process on the node.`, shown, { severity: 'low', headline });
      }
      const exposed = others.some((entry) => covers(entry, '/metrics') || covers(entry, '/debug/pprof/profile'));
      return exposed
        ? fail(`${message} to whoever reaches the node.`, shown, { headline })
        : warn(`${message} to whoever reaches the node.`, shown, { headline });
    }),
  };
}
