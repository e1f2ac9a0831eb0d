/** Which controllers the controller manager runs, as far as certificates depend on them. */
import type { Component } from '../../src/model/component.ts';
import type { Check, Finding } from '../../src/model/path.ts';
import { atLeast } from '../../src/model/version.ts';
import { notInInput } from './absence.ts';
import { component, evidence, list, setting } from './access.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { enumerate } from './words.ts';

/**
 * A controller under the name of every version and the one that exists from 1.28 on, which the old one then stands for.
 * Source: kubernetes/cmd/kube-controller-manager/names/controller_names.go; before 1.28 app/controllermanager.go.
 */
export interface Controller {
  readonly name: string;
  readonly longName: string;
}

export const CSR_SIGNING: Controller = {
  name: 'csrsigning',
  longName: 'certificatesigningrequest-signing-controller',
};
const CSR_APPROVING: Controller = {
  name: 'csrapproving',
  longName: 'certificatesigningrequest-approving-controller',
};
const CSR_CLEANER: Controller = { name: 'csrcleaner', longName: 'certificatesigningrequest-cleaner-controller' };
export const ROOT_CA_PUBLISHER: Controller = {
  name: 'root-ca-cert-publisher',
  longName: 'root-ca-certificate-publisher-controller',
};

const CONTROLLERS: readonly Controller[] = [CSR_SIGNING, CSR_APPROVING, CSR_CLEANER, ROOT_CA_PUBLISHER];

function takesLongNames({ version }: Component): boolean {
  return version === undefined || atLeast(version, '1.28');
}

/**
 * Whether --controllers switches a controller on: the first entry that names it decides, then `*`.
 * Source: k8s.io/controller-manager/app/helper.go (IsControllerEnabled), options/generic.go for the second names.
 */
export function isControllerEnabled(controllerManager: Component, { name, longName }: Controller): boolean {
  const names = takesLongNames(controllerManager) ? [name, longName] : [name];
  // A value that is no list keeps the process from starting, which is said elsewhere.
  if (setting(controllerManager, 'controllers').value === null) return true;
  const entries = list(controllerManager, 'controllers');
  for (const entry of entries) {
    if (names.includes(entry)) return true;
    if (entry.startsWith('-') && names.includes(entry.slice(1))) return false;
  }
  return entries.includes('*');
}

/** How every version writes its controllers. */
const ENTRY = /^(?:\*|-?[a-z0-9][a-z0-9-]*)$/;

/** Entries that this version certainly does not know, with which it does not start. */
function unknownEntries(controllerManager: Component): readonly string[] {
  const tooNew = takesLongNames(controllerManager) ? [] : CONTROLLERS.map(({ longName }) => longName);
  return list(controllerManager, 'controllers').filter(
    (entry) => !ENTRY.test(entry) || tooNew.includes(entry.replace(/^-/, '')),
  );
}

const SIGNING_FLAGS = ['', 'kubelet-client-', 'kubelet-serving-', 'kube-apiserver-client-', 'legacy-unknown-'].map(
  (signer) => `cluster-signing-${signer}cert-file`,
);

/** Told to sign, and not to run what signs; without the flags nothing is signed either way. */
export function signingIsOff(controllerManager: Component): boolean {
  return (
    !isControllerEnabled(controllerManager, CSR_SIGNING) &&
    SIGNING_FLAGS.some((flag) => list(controllerManager, flag).some((value) => value !== ''))
  );
}

export const csrControllers: Check = {
  id: 'controller-manager-csr-controllers',
  title: 'The controllers that approve and sign the certificates of kubelets run',
  severity: 'high',
  impact: 'availability',
  versions: 'all; --controllers is * when unset; the long names exist from 1.28',
  remediation:
    'Write --controllers in /etc/kubernetes/manifests/kube-controller-manager.yaml as kubeadm does, `*,bootstrapsigner,tokencleaner`, and in controllerManager.extraArgs of the kubeadm ClusterConfiguration; `kubectl get csr` shows what waits.',
  references: [
    kubernetesDocs('reference/command-line-tools-reference/kube-controller-manager/'),
    kubernetesDocs('reference/access-authn-authz/certificate-signing-requests/'),
    kubernetesSource('cmd/kube-controller-manager/names/controller_names.go'),
    kubernetesSource('staging/src/k8s.io/controller-manager/app/helper.go'),
  ],
  evaluate: ({ node }): Finding => {
    const own = component(node, 'kube-controller-manager');
    if (own === undefined) return notAssessed(`${notInInput('kube-controller-manager', node)}.`);
    const shown = [evidence(own, 'controllers')];
    const unknown = unknownEntries(own);
    if (unknown.length > 0) {
      return fail(
        `--controllers names ${enumerate(unknown.map((entry) => `"${entry}"`))}, which this version does not know: the controller manager does not start.`,
        shown,
        { headline: 'unknown name in --controllers' },
      );
    }
    if (signingIsOff(own)) {
      return warn(
        `--controllers switches ${CSR_SIGNING.name} off, so nothing signs what kubelets ask for, whatever the signing flags say: new nodes do not join, and certificates that kubelets rotate end one by one, unless another signer does it.`,
        shown,
        { headline: 'csrsigning is off: no rotation' },
      );
    }
    return isControllerEnabled(own, CSR_APPROVING)
      ? pass('The controllers that approve and sign the certificates of kubelets run.', shown)
      : warn(
          `--controllers switches ${CSR_APPROVING.name} off, so the requests of kubelets for client certificates wait for somebody to approve them: new nodes do not join, and kubelets' certificates end one by one, unless another approver does it.`,
          shown,
          { headline: 'csrapproving is off: no rotation' },
        );
  },
};
