/**
 * What of an authorizer's webhook keeps the API server from starting. Source: k8s.io/apiserver
 * pkg/apis/apiserver/validation/validation.go (ValidateWebhookConfiguration), the same from 1.29 on, and for
 * InClusterConfig kubernetes/pkg/kubeapiserver/authorizer/reload.go (newForConfig; up to 1.29 config.go), which reads
 * the kubeConfigFile that the validation does not allow then. Whether the file is there and an expression compiles is
 * not asked here.
 */
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { goDurationSeconds } from '../values.ts';

type Mapping = Readonly<Record<string, unknown>>;

const MAX_TIMEOUT_SECONDS = 30;
const MAX_MATCH_CONDITIONS = 64;

/** The first fault of a webhook, as the rest of a sentence about its authorizer. */
export function webhookFault(webhook: Mapping): string | undefined {
  return (
    durationFault(webhook) ??
    choiceFault(webhook, 'subjectAccessReviewVersion', ['v1', 'v1beta1']) ??
    conditionsFault(webhook) ??
    choiceFault(webhook, 'failurePolicy', ['NoOpinion', 'Deny']) ??
    connectionFault(asMapping(webhook.connectionInfo))
  );
}

function durationFault(webhook: Mapping): string | undefined {
  const seconds = (field: string): number => goDurationSeconds(asText(webhook[field]) ?? '') ?? 0;
  if (seconds('timeout') === 0) return 'has no webhook.timeout';
  if (seconds('timeout') < 0 || seconds('timeout') > MAX_TIMEOUT_SECONDS) {
    return `has a webhook.timeout that is not above 0 and at most ${MAX_TIMEOUT_SECONDS}s`;
  }
  // One that is unset or 0 has a default.
  const negative = ['authorizedTTL', 'unauthorizedTTL'].find((field) => seconds(field) < 0);
  return negative === undefined ? undefined : `has a webhook.${negative} below 0`;
}

function choiceFault(webhook: Mapping, field: string, choices: readonly string[]): string | undefined {
  const written = asText(webhook[field]) ?? '';
  if (written === '') return `has no webhook.${field} (${choices.join(' or ')})`;
  return choices.includes(written) ? undefined : `has a webhook.${field} that is none of ${choices.join(', ')}`;
}

function conditionsFault(webhook: Mapping): string | undefined {
  const conditions = asList(webhook.matchConditions).map((one) => asText(asMapping(one)?.expression) ?? '');
  const field = 'matchConditionSubjectAccessReviewVersion';
  const version = asText(webhook[field]) ?? '';
  if (version === '' && conditions.length > 0) return `has webhook.matchConditions without webhook.${field}`;
  if (version !== '' && version !== 'v1') return `has a webhook.${field} that is not v1`;
  if (conditions.length > MAX_MATCH_CONDITIONS) return `has more than ${MAX_MATCH_CONDITIONS} webhook.matchConditions`;
  if (conditions.some((expression) => expression.trim() === ''))
    return 'has a webhook.matchConditions without expression';
  return new Set(conditions).size < conditions.length
    ? 'has an expression twice in webhook.matchConditions'
    : undefined;
}

function connectionFault(connection: Mapping | undefined): string | undefined {
  const fault = choiceFault(connection ?? {}, 'type', ['InClusterConfig', 'KubeConfigFile']);
  if (fault !== undefined) return fault.replace('webhook.type', 'webhook.connectionInfo.type');
  if (connection?.type === 'InClusterConfig') {
    return 'has the connectionInfo.type InClusterConfig, with which the API server ends in a panic (KubeConfigFile works)';
  }
  const path = asText(connection?.kubeConfigFile) ?? '';
  if (path === '') return 'has no webhook.connectionInfo.kubeConfigFile';
  return path.startsWith('/') ? undefined : 'has a webhook.connectionInfo.kubeConfigFile that is not an absolute path';
}
