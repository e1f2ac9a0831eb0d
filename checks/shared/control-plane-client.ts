/** The scheduler and the controller managers as clients of the API server: one implementation for all. */
import type { Component } from '../../src/model/component.ts';
import type { Kubeconfig, KubeconfigCluster } from '../../src/model/kubeconfig.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Applicability, Check, KubeconfigUse, PathDefinition } from '../../src/model/path.ts';
import { parseUrl } from '../../src/config/url.ts';
import { component, evidence, isSet, requireComponent, text } from './access.ts';
import { APISERVER_CLIENT_CA_CHECKS, APISERVER_SERVING_CHECKS, authorizerGrants } from './apiserver.ts';
import { notConfigured } from './control-plane.ts';
import type { ControlPlaneComponent } from './control-plane.ts';
import { factsOfKubeconfigs } from './kubeconfig-path.ts';
import { KUBECONFIG_CHECKS } from './kubeconfig.ts';
import { flagChecks } from './listener.ts';
import { kubeconfigOfSetting } from './material.ts';
import { PKI_CHECKS } from './pki.ts';
import { settles } from './unread.ts';
import { versionSkew } from './version-skew.ts';

/** What differs between the paths. */
export interface ControlPlaneClient extends Pick<PathDefinition, 'id' | 'case' | 'title' | 'description'> {
  readonly component: ControlPlaneComponent;
  readonly checks: readonly Check[];
}

/** The path of one of the components to the API server. */
export function controlPlaneClientPath(client: ControlPlaneClient): PathDefinition {
  const { component: own, checks, ...words } = client;
  return {
    ...words,
    client: own.name,
    server: 'kube-apiserver',
    applicability: (node) => applicability(node, own),
    facts: (node) =>
      factsOfKubeconfigs(node, kubeconfigsOf(node, requireComponent(node, own.name), own.prefix), own.name),
    checks: [
      ...KUBECONFIG_CHECKS,
      ...checks,
      ...flagChecks(own.name),
      versionSkew(own.name),
      ...APISERVER_SERVING_CHECKS,
      ...APISERVER_CLIENT_CA_CHECKS,
      authorizerGrants,
      ...PKI_CHECKS,
    ],
  };
}

function applicability(node: NodeModel, { name }: ControlPlaneComponent): Applicability {
  const own = component(node, name);
  if (own === undefined) return notConfigured(node, name);
  if (own.configUnavailable !== undefined) {
    return {
      kind: 'not-assessed',
      reason: `${own.configUnavailable.message}.`,
      supply: settles(own.configUnavailable),
    };
  }
  return isSet(own, 'kubeconfig') || isSet(own, 'master')
    ? { kind: 'applies' }
    : {
        kind: 'not-assessed',
        reason: `${name} has no --kubeconfig, so it dials the API server with the service account of its pod, which no file of the node shows.`,
        supply: 'Name a kubeconfig, or look at the pod and its service account by hand.',
      };
}

/**
 * The kubeconfigs of one of them: its own, and those by which it asks the API server about its own callers, which
 * are connections to the API server as well. kubeadm names one file three times; it is judged once.
 */
export function kubeconfigsOf(
  node: NodeModel,
  own: Component,
  role: ControlPlaneComponent['prefix'],
): readonly KubeconfigUse[] {
  const named = [
    mainKubeconfig(node, own, role),
    ...['authentication-kubeconfig', 'authorization-kubeconfig'].map((name) =>
      kubeconfigOfSetting(node, own, name, 'delegated'),
    ),
  ].flatMap((use) => use ?? []);
  const seen = new Set<string>();
  return named.filter((use) => {
    const key = `${use.file} ${use.kubeconfig?.cluster?.server ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The component's own kubeconfig; --master replaces the server in it (client-go clientcmd.BuildConfigFromFlags). */
export function mainKubeconfig(
  node: NodeModel,
  own: Component,
  role: KubeconfigUse['role'],
): KubeconfigUse | undefined {
  const use = kubeconfigOfSetting(node, own, 'kubeconfig', role);
  if (!isSet(own, 'master')) return use;
  if (use?.kubeconfig === undefined && use !== undefined) return use;
  const shown = evidence(own, 'master');
  const kubeconfig: Kubeconfig = use?.kubeconfig ?? {
    file: shown.file ?? '--master',
    currentContext: undefined,
    cluster: undefined,
    user: undefined,
    pemProblems: [],
    problems: [],
  };
  return {
    role,
    file: use?.file ?? kubeconfig.file,
    evidence: shown,
    kubeconfig: { ...kubeconfig, cluster: dialling(text(own, 'master'), kubeconfig) },
    unavailable: undefined,
  };
}

/** A missing scheme means http unless the kubeconfig sets up TLS (client-go rest/url_utils.go, DefaultServerUrlFor). */
function dialling(server: string, { cluster, user }: Kubeconfig): KubeconfigCluster {
  const tls =
    cluster?.certificateAuthority !== undefined ||
    cluster?.insecureSkipTLSVerify === true ||
    user?.clientCertificate !== undefined;
  const written = server.includes('://') ? server : `${tls ? 'https' : 'http'}://${server}`;
  const parsed = parseUrl(written);
  const url = parsed.ok ? parsed.url : undefined;
  return {
    name: cluster?.name ?? '',
    tlsServerName: cluster?.tlsServerName,
    insecureSkipTLSVerify: cluster?.insecureSkipTLSVerify ?? false,
    proxyURL: cluster?.proxyURL,
    certificateAuthority: cluster?.certificateAuthority,
    certificateAuthorities: cluster?.certificateAuthorities ?? [],
    server,
    scheme: url?.scheme === 'https' || url?.scheme === 'http' ? url.scheme : undefined,
    host: url?.host,
    port: url?.port,
  };
}
