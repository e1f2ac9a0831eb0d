/** The etcd endpoints of the API server, and what its etcd client makes of each. */
import type { Component } from '../../src/model/component.ts';
import { parseUrl, splitHostPort } from '../../src/config/url.ts';
import { isSet, list } from './access.ts';
import type { ConfiguredUrl } from './etcd.ts';

/** What is dialled with one client: --etcd-servers, or one entry of --etcd-servers-overrides. */
export interface EndpointGroup {
  /** `group/resource` of an override. */
  readonly resource: string | undefined;
  readonly setting: 'etcd-servers' | 'etcd-servers-overrides';
  readonly endpoints: readonly ConfiguredUrl[];
  /**
   * Whether the connections of the group speak TLS. etcd's client takes that from the first endpoint and dials all of
   * them alike: behind `http://a,https://b` both are dialled in plain text, behind `https://a,http://b` both with TLS.
   * Source: go.etcd.io/etcd/client/v3/client.go (dialWithBalancer); seen with client 3.6.8.
   */
  readonly speaksTLS: boolean;
}

/** Overrides that the API server does not take; it does not start with one. */
export function faultyOverrides(apiserver: Component): readonly string[] {
  return list(apiserver, 'etcd-servers-overrides').filter((text) => text !== '' && splitOverride(text) === undefined);
}

/** What the API server dials, by client. */
export function endpointGroups(apiserver: Component): readonly EndpointGroup[] {
  const main = list(apiserver, 'etcd-servers').filter((text) => text !== '');
  const overrides = list(apiserver, 'etcd-servers-overrides').flatMap((text) => splitOverride(text) ?? []);
  return [
    ...(main.length === 0 ? [] : [groupOf(apiserver, 'etcd-servers', undefined, main)]),
    ...overrides.map(({ resource, servers }) => groupOf(apiserver, 'etcd-servers-overrides', resource, servers)),
  ];
}

/** `group/resource#url;url`; source: k8s.io/apiserver/pkg/server/options/etcd.go (ParseEtcdServersOverrides). */
function splitOverride(text: string): { readonly resource: string; readonly servers: readonly string[] } | undefined {
  const [resource, servers, ...rest] = text.split('#');
  if (resource === undefined || servers === undefined || rest.length > 0) return undefined;
  if (resource.split('/').length !== 2) return undefined;
  const urls = servers.split(';');
  return urls.includes('') ? undefined : { resource, servers: urls };
}

function groupOf(
  apiserver: Component,
  setting: EndpointGroup['setting'],
  resource: string | undefined,
  texts: readonly string[],
): EndpointGroup {
  const hasTLSConfig = ['etcd-cafile', 'etcd-certfile', 'etcd-keyfile'].some((name) => isSet(apiserver, name));
  const endpoints = texts.map((text) => endpoint(text, setting, hasTLSConfig));
  return { resource, setting, endpoints, speaksTLS: endpoints[0]?.secure === true };
}

/**
 * One endpoint. Without a scheme, or with `unix`, TLS is spoken when any of the three files is set.
 * Source: go.etcd.io/etcd/client/v3/internal/endpoint/endpoint.go (schemeToCredsRequirement).
 */
function endpoint(text: string, setting: string, hasTLSConfig: boolean): ConfiguredUrl {
  const parsed = parseUrl(text);
  if (parsed.ok) {
    const { url } = parsed;
    const optional = url.scheme !== 'http' && url.scheme !== 'https' && url.scheme !== 'unixs';
    return { ...url, secure: url.secure || (optional && hasTLSConfig), setting };
  }
  const address = splitHostPort(text) ?? { host: text, port: undefined };
  return { text, scheme: '', ...address, secure: hasTLSConfig, socket: false, setting };
}
