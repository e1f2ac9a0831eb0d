/** By which CAs the scheduler and the controller managers know callers with a certificate. */
import type { Component } from '../../src/model/component.ts';
import type { Check, Finding } from '../../src/model/path.ts';
import { bool, component, evidence, evidences, isSet } from './access.ts';
import { setFlag } from './control-plane.ts';
import type { ControlPlaneComponent } from './control-plane.ts';
import { offHost, ofListener } from './control-plane-secure.ts';
import { certificatesOf, settingMaterial, unavailable } from './material.ts';
import { kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { notInInput, unreadFinding } from './unread.ts';
import { certificateEvidence, located } from './words.ts';

const SKIP = 'authentication-skip-lookup';
const TOLERATE = 'authentication-tolerate-lookup-failure';
const CLIENT_CA = 'client-ca-file';

const REFERENCES = [
  kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/authentication.go'),
  kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/authentication_dynamic_request_header.go'),
];

/** The checks on who counts as whom on the listener of one of the components. */
export function callerChecks(own: ControlPlaneComponent): readonly Check[] {
  return [skipLookup(own), clientCA(own)];
}

/**
 * What no flag gives is looked up in the ConfigMap extension-apiserver-authentication, through --authentication-kubeconfig.
 * Source: k8s.io/apiserver pkg/server/options/authentication.go (DelegatingAuthenticationOptions.ApplyTo).
 */
function skipLookup(own: ControlPlaneComponent): Check {
  const both = `--${SKIP}, or set --${CLIENT_CA} and --requestheader-client-ca-file,`;
  return {
    id: `${own.prefix}-skip-lookup`,
    title: `${own.name} knows by which CAs its callers' certificates are verified`,
    severity: 'low',
    impact: 'availability',
    versions: `all; --${SKIP} is false when unset, --${TOLERATE} is true for kube-scheduler and false for the controller managers`,
    remediation: `Remove ${both} ${setFlag(own)}.`,
    references: REFERENCES,
    ...ofListener(own, (server) => judgeLookup(server)),
  };
}

function judgeLookup(server: Component): Finding {
  const shown = evidences(server, SKIP, CLIENT_CA, 'authentication-kubeconfig');
  if (isSet(server, CLIENT_CA)) {
    return pass(
      `Callers' certificates are verified with the file of --${CLIENT_CA}; nothing is to be looked up.`,
      shown,
    );
  }
  if (bool(server, SKIP) === true) {
    const message = `--${SKIP} is true and --${CLIENT_CA} is not set: callers are known by their tokens alone, and whoever shows a certificate is anonymous`;
    return offHost(server)
      ? warn(`${message}.`, shown, { headline: 'client CA is not looked up' })
      : pass(`${message}; only this machine reaches the listener.`, shown);
  }
  if (!isSet(server, 'authentication-kubeconfig')) {
    return pass('There is no kubeconfig to look anything up with; see the check on delegated authentication.', shown);
  }
  return bool(server, TOLERATE) === true
    ? pass(
        `The CAs are looked up in the cluster; where that fails at the start, ${server.name} runs on and takes callers with a certificate for anonymous.`,
        [...shown, evidence(server, TOLERATE)],
      )
    : pass(`The CAs are looked up in the cluster; where that fails, ${server.name} does not start.`, [
        ...shown,
        evidence(server, TOLERATE),
      ]);
}

function clientCA(own: ControlPlaneComponent): Check {
  return {
    id: `${own.prefix}-client-ca`,
    title: `${own.name} takes client certificates of the cluster's CA only`,
    severity: 'low',
    impact: 'security',
    versions: `all; unset means the client CA of the API server, looked up in the cluster${own.name === 'kube-controller-manager' ? '; kubeadm sets it' : ''}`,
    remediation: `Set --${CLIENT_CA} to the file that the API server has in its own --${CLIENT_CA} (kubeadm: /etc/kubernetes/pki/ca.crt), or remove it, ${setFlag(own)}.`,
    references: REFERENCES,
    ...ofListener(own, (server, { node }) => {
      const shown = [evidence(server, CLIENT_CA)];
      const material = settingMaterial(node, server, CLIENT_CA);
      if (material === undefined) return pass(`No file of ${own.name} names CAs of clients.`, shown);
      const unread = unreadFinding(material, shown, `${own.name} does not start`);
      if (unread !== undefined) return unread;
      const roots = certificatesOf(material);
      if (roots.length === 0) {
        return fail(
          `${material.file} holds no certificate that Kubernetes can read: ${own.name} does not start.`,
          shown,
          { severity: 'high', impact: 'availability', headline: `--${CLIENT_CA} holds no certificate` },
        );
      }
      const apiserver = component(node, 'kube-apiserver');
      if (apiserver === undefined) return notAssessed(`${notInInput('kube-apiserver', node)}.`, shown);
      const clients = settingMaterial(node, apiserver, CLIENT_CA);
      const missing = unavailable(clients);
      if (missing !== undefined) return notAssessed(`${missing}.`, shown);
      const trusted = new Set(certificatesOf(clients).map(({ publicKey }) => publicKey.spkiSha256));
      const foreign = roots.filter(({ publicKey }) => !trusted.has(publicKey.spkiSha256));
      const [first] = foreign;
      return first === undefined
        ? pass(`${material.file} holds no CA that the API server does not take clients of, too.`, shown)
        : warn(
            `${located(first)} is no CA by which the API server knows clients: whoever has a certificate of it is to ${own.name} whom it names.`,
            [...shown, ...foreign.map((one) => certificateEvidence(one))],
            { headline: "client CA is not the API server's" },
          );
    }),
  };
}
