/** What pods verify the API server with, and by what they authenticate: the files of their service account. */
import type { Component } from '../../src/model/component.ts';
import type { Kubeconfig } from '../../src/model/kubeconfig.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Trust } from '../../src/model/path.ts';
import { atLeast } from '../../src/model/version.ts';
import { notInInput } from './absence.ts';
import { component, evidence, isSet, knownOr } from './access.ts';
import { isControllerEnabled, ROOT_CA_PUBLISHER } from './controllers.ts';
import { bundleOf, kubeconfigOfSetting, trustOfKubeconfig } from './material.ts';

/** Where the kubelet mounts them (plugin/pkg/admission/serviceaccount/admission.go, DefaultAPITokenMountPath). */
const SERVICE_ACCOUNT_FILE = /^(?:\/var)?\/run\/secrets\/kubernetes\.io\/serviceaccount\/([a-z.]+)$/;

/** Whether a kubeconfig verifies its server with the CA that every pod gets. */
export function usesPodCA(kubeconfig: Kubeconfig | undefined): boolean {
  const authority = kubeconfig?.cluster?.certificateAuthority;
  return authority?.kind === 'file' && SERVICE_ACCOUNT_FILE.exec(authority.path)?.[1] === 'ca.crt';
}

/** Whether a kubeconfig authenticates with the token that the kubelet mounts into the pod and renews. */
export function usesPodToken(kubeconfig: Kubeconfig | undefined): boolean {
  const user = kubeconfig?.user;
  return user?.tokenFile !== undefined && SERVICE_ACCOUNT_FILE.exec(user.tokenFile)?.[1] === 'token';
}

/**
 * The CA that pods verify the API server with: the controller manager publishes --root-ca-file in the ConfigMap
 * kube-root-ca.crt of every namespace; unset, it publishes the CA embedded in its own kubeconfig, and nothing when
 * that names a file. Source: kubernetes/cmd/kube-controller-manager/app/certificates.go.
 */
export function publishedCA(node: NodeModel): Trust {
  const publisher = component(node, 'kube-controller-manager');
  if (publisher === undefined) {
    return {
      kind: 'unknown',
      message: `${notInInput('kube-controller-manager', node)}; its --root-ca-file says which CA pods get`,
    };
  }
  const unpublished = knownOr(undefined, () => whyUnpublished(publisher));
  if (unpublished !== undefined) return { kind: 'unknown', message: unpublished };
  if (isSet(publisher, 'root-ca-file')) return bundleOf(node, publisher, 'root-ca-file', 'none');
  const use = kubeconfigOfSetting(node, publisher, 'kubeconfig', 'controller-manager');
  if (use !== undefined && use.kubeconfig === undefined) {
    return { kind: 'unknown', message: use.unavailable ?? `${use.file} could not be read` };
  }
  return use?.kubeconfig?.cluster?.certificateAuthority?.kind === 'embedded'
    ? trustOfKubeconfig(node, use)
    : { kind: 'none', evidence: evidence(publisher, 'root-ca-file') };
}

/**
 * Why nobody publishes a CA for pods, as a clause; undefined where the controller does. Up to 1.20 pods take the CA of
 * their token's Secret (gate BoundServiceAccountTokenVolume, on from 1.21).
 */
export function whyUnpublished(publisher: Component): string | undefined {
  const { version } = publisher;
  if (isControllerEnabled(publisher, ROOT_CA_PUBLISHER)) return undefined;
  return version !== undefined && !atLeast(version, '1.21')
    ? undefined
    : `--controllers switches ${ROOT_CA_PUBLISHER.name} off, so nothing writes kube-root-ca.crt: pods of new namespaces do not start, and those of old ones keep the CA that was published last, unless something else writes it`;
}
