/** What becomes of a request when the webhook that should judge it cannot be asked. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence, Finding } from '../../src/model/path.ts';
import { component, evidence, list, requireComponent } from './access.ts';
import { fieldEvidence, ofFile } from './apiserver-files.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { notAssessed, pass, warn } from './result.ts';
import { settles } from './unread.ts';
import { enumerate } from './words.ts';

const WEBHOOK = 'Webhook';

/** An authorizer that is asked over the network. */
interface AuthorizationWebhook {
  readonly name: string;
  readonly failsOpen: boolean;
  /** The types of those that are asked after it. */
  readonly next: readonly string[];
  readonly evidence: Evidence;
}

/**
 * The webhooks among the authorizers. One that flags set up always lets the next decide:
 * kubernetes/pkg/kubeapiserver/options/authorization.go (buildAuthorizationConfiguration), before 1.29
 * k8s.io/apiserver plugin/pkg/authorizer/webhook/webhook.go (newWithBackoff).
 */
function webhooksOf(node: NodeModel, apiserver: Component): readonly AuthorizationWebhook[] {
  const { authorizationConfig: config } = node;
  if (config.state === 'read') {
    const all = config.config.authorizers;
    return all.flatMap(({ type, name = '', failsOpen, line }, index) => {
      const position = { file: config.config.file, ...(line === undefined ? {} : { line }) };
      const policy = failsOpen === true ? 'NoOpinion' : 'Deny';
      return type === WEBHOOK
        ? [
            {
              name,
              failsOpen: failsOpen === true,
              next: all.slice(index + 1).map((one) => one.type),
              evidence: fieldEvidence('failurePolicy', policy, position),
            },
          ]
        : [];
    });
  }
  const modes = list(apiserver, 'authorization-mode');
  const index = modes.indexOf(WEBHOOK);
  const shown = evidence(apiserver, 'authorization-mode');
  return index < 0 ? [] : [{ name: WEBHOOK, failsOpen: true, next: modes.slice(index + 1), evidence: shown }];
}

/** Authorizers that never let anybody in. */
const DENYING = ['AlwaysDeny'];

export const authorizationFailure: Check = {
  id: 'webhook-authorization-failure',
  title: 'An authorization webhook that cannot be asked lets nobody in',
  severity: 'medium',
  impact: 'security',
  versions: 'all; a webhook of --authorization-webhook-config-file leaves it to the next; failurePolicy from 1.29 on',
  remediation:
    'Set `failurePolicy: Deny` at the webhook in the AuthorizationConfiguration, with `matchConditions` that spare what the cluster itself needs (system:nodes, kube-system), or put it last; from flags move to --authorization-config first (1.29+).',
  references: [
    kubernetesDocs('reference/access-authn-authz/authorization/'),
    kubernetesSource('pkg/kubeapiserver/authorizer/reload.go'),
  ],
  notApplicable: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return undefined;
    const { authorizationConfig: config } = node;
    if (config.state === 'unreadable') {
      return config.refused === true ? 'The API server does not take the file.' : undefined;
    }
    return webhooksOf(node, apiserver).length > 0 ? undefined : 'No authorization webhook is configured.';
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const { authorizationConfig: config } = node;
    if (config.state === 'unreadable') {
      return notAssessed(`${config.message}.`, [evidence(apiserver, 'authorization-config')], {
        remediation: settles(config),
      });
    }
    return webhooksOf(node, apiserver).map(({ name, failsOpen, next, evidence: shown }): Finding => {
      if (!failsOpen) return pass(`When ${name} cannot be asked, requests are denied.`, [shown]);
      const granting = next.filter((type) => !DENYING.includes(type));
      return granting.length === 0
        ? pass(`When ${name} cannot be asked, nobody is asked after it, so requests are denied.`, [shown])
        : warn(
            `When ${name} cannot be asked, ${enumerate(granting)} may allow what it would have denied: whoever keeps it from answering gets around it.`,
            [shown],
            { headline: 'authorization webhook fails open' },
          );
    });
  },
};

const IMAGE_POLICY = 'ImagePolicyWebhook';
const PLUGINS = 'enable-admission-plugins';

export const imagePolicyFailure: Check = {
  id: 'image-policy-failure',
  title: 'An image policy webhook that cannot be asked lets no pod in',
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means false',
  remediation:
    'Set `defaultAllow: false` in the `imagePolicy` of ImagePolicyWebhook and restart the API server, once the webhook runs where it does not depend on pods that it would have to let in.',
  references: [
    kubernetesDocs('reference/access-authn-authz/admission-controllers/'),
    kubernetesSource('plugin/pkg/admission/imagepolicy/admission.go'),
  ],
  ...ofFile(
    ({ admissionConfig }) => admissionConfig,
    ({ imagePolicy, unread }, { node }) => {
      const apiserver = requireComponent(node, 'kube-apiserver');
      if (!list(apiserver, PLUGINS).includes(IMAGE_POLICY)) return `${IMAGE_POLICY} is not enabled.`;
      return imagePolicy !== undefined || unread.length > 0 ? undefined : `${IMAGE_POLICY} has no configuration.`;
    },
    ({ imagePolicy, unread, file }): Finding => {
      if (imagePolicy === undefined) return notAssessed(`${file}: ${enumerate(unread)}.`);
      const shown = [fieldEvidence('defaultAllow', imagePolicy.defaultAllow, imagePolicy.position)];
      return imagePolicy.defaultAllow
        ? warn(
            'When the image policy webhook cannot be asked, every image is let in: whoever keeps it from answering gets around it.',
            shown,
            { headline: 'image policy webhook fails open' },
          )
        : pass('When the image policy webhook cannot be asked, pods are refused.', shown);
    },
  ),
};
