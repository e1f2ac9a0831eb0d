/** Whom the API server dials because an object says so: webhooks, conversions, aggregated API servers. */
import type { ClientConfig, ClusterAPIService, ClusterWebhook } from '../../model/cluster.ts';
import { asList, asText } from '../../text/yaml.ts';
import type { YamlPath } from '../../text/yaml.ts';
import { identity, part, whole } from './fields.ts';
import type { APIObject } from './objects.ts';

/** A text with certificates inside an object. */
export interface EmbeddedText {
  readonly key: string;
  readonly pem: string;
  readonly line?: number;
}

/** Collects the texts, and gives each a name by its object. */
export class Bundles {
  readonly #found = new Map<string, EmbeddedText>();

  get all(): readonly EmbeddedText[] {
    return [...this.#found.values()];
  }

  /** @returns what the text is called; undefined where there is none, or an empty one */
  add(object: APIObject, where: string, encoded: unknown, at: YamlPath): string | undefined {
    if (typeof encoded !== 'string' || encoded === '') return undefined;
    // Go decodes a []byte of JSON by the standard alphabet; what is none of it comes to no certificate here either.
    return this.addText(object, where, Buffer.from(encoded, 'base64').toString('latin1'), at);
  }

  addText(object: APIObject, where: string, pem: string, at: YamlPath): string | undefined {
    const { kind, namespace, name, file } = identity(object);
    const key = `${file}#${kind}/${namespace === '' ? '' : `${namespace}/`}${name}${where === '' ? '' : `/${where}`}`;
    const line = object.line(at);
    this.#found.set(key, { key, pem, ...(line === undefined ? {} : { line }) });
    return key;
  }
}

/**
 * Ports of a Service are 443 where none is written; v1 fails closed where no failurePolicy is, v1beta1 open
 * (kubernetes/pkg/apis/admissionregistration/v1/defaults.go and v1beta1/defaults.go).
 */
export function webhooksOf(object: APIObject, bundles: Bundles): readonly ClusterWebhook[] {
  const isOld = asText(object.value.apiVersion)?.endsWith('/v1beta1') === true;
  return asList(object.value.webhooks).map((one, index): ClusterWebhook => {
    const webhook = part(one);
    const name = asText(webhook.name) ?? `webhooks[${index}]`;
    const at: YamlPath = ['webhooks', index, 'clientConfig'];
    const policy = asText(webhook.failurePolicy);
    return {
      ...identity(object, at),
      webhook: name,
      clientConfig: clientConfig(object, webhook.clientConfig, name, at, bundles),
      failurePolicy: (policy ?? (isOld ? 'Ignore' : 'Fail')) === 'Ignore' ? 'Ignore' : 'Fail',
    };
  });
}

/** The conversion webhook of a CustomResourceDefinition; in v1beta1 its fields lie one level higher. */
export function conversionOf(object: APIObject, bundles: Bundles): readonly ClusterWebhook[] {
  const conversion = part(object.value, 'spec', 'conversion');
  if (asText(conversion.strategy) !== 'Webhook') return [];
  const isOld = conversion.webhookClientConfig !== undefined;
  const at: YamlPath = ['spec', 'conversion', ...(isOld ? ['webhookClientConfig'] : ['webhook', 'clientConfig'])];
  const config = isOld ? conversion.webhookClientConfig : part(conversion.webhook).clientConfig;
  return [
    {
      ...identity(object, at),
      webhook: 'conversion',
      clientConfig: clientConfig(object, config, 'conversion', at, bundles),
      failurePolicy: 'Fail',
    },
  ];
}

function clientConfig(object: APIObject, value: unknown, where: string, at: YamlPath, bundles: Bundles): ClientConfig {
  const config = part(value);
  const service = part(config.service);
  const name = asText(service.name);
  return {
    service:
      name === undefined
        ? undefined
        : {
            namespace: asText(service.namespace) ?? '',
            name,
            port: whole(service.port) ?? 443,
          },
    url: asText(config.url),
    caBundle: bundles.add(object, where, config.caBundle, [...at, 'caBundle']),
  };
}

/** An APIService without a Service is one that the API server answers itself (kube-aggregator, apis/apiregistration). */
export function apiServiceOf(object: APIObject, bundles: Bundles): ClusterAPIService {
  const spec = part(object.value, 'spec');
  const service = part(spec.service);
  const name = asText(service.name);
  const available = asList(part(object.value, 'status').conditions)
    .map((one) => part(one))
    .find(({ type }) => type === 'Available');
  return {
    ...identity(object, ['spec']),
    service:
      name === undefined
        ? undefined
        : { namespace: asText(service.namespace) ?? '', name, port: whole(service.port) ?? 443 },
    insecureSkipTLSVerify: spec.insecureSkipTLSVerify === true,
    caBundle: bundles.add(object, '', spec.caBundle, ['spec', 'caBundle']),
    unavailable:
      available?.status === 'False'
        ? [asText(available.reason) ?? '', asText(available.message) ?? ''].filter((one) => one !== '').join(': ')
        : undefined,
  };
}
