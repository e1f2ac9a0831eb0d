/**
 * Combinations of authorization settings with which the API server does not start.
 * Source: kubernetes/pkg/kubeapiserver/options/authorization.go (Validate, AddFlags), the same from 1.19 on but for
 * --authorization-config, which came with 1.29.
 */
import type { Component } from '../../src/model/component.ts';
import { AUTHORIZATION_MODES } from '../../src/model/node.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Evidence } from '../../src/model/path.ts';
import { atLeast } from '../../src/model/version.ts';
import { evidences, isSet, isWritten, list, setting } from './access.ts';
import { enumerate } from './words.ts';

/** Flags that may not be given beside --authorization-config, whatever their value. */
const LEGACY_FLAGS: readonly string[] = [
  'authorization-mode',
  'authorization-webhook-config-file',
  'authorization-webhook-version',
  'authorization-webhook-cache-authorized-ttl',
  'authorization-webhook-cache-unauthorized-ttl',
];

export interface AuthorizationFault {
  /** A clause without a period. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/**
 * What keeps the API server from starting, in the order in which it would say so; empty when nothing does.
 * @throws UnknownValue where the input does not show one of the settings
 */
export function authorizationFaults(node: NodeModel, apiserver: Component): readonly AuthorizationFault[] {
  const { version } = apiserver;
  // An API server that does not know the flag stops at it; apiserver-removed-flags says so.
  const takesFile = version === undefined || atLeast(version, '1.29');
  if (isSet(apiserver, 'authorization-config')) return takesFile ? faultsOfFile(node, apiserver) : [];
  return faultsOfModes(apiserver);
}

function faultsOfFile(node: NodeModel, apiserver: Component): readonly AuthorizationFault[] {
  const written = LEGACY_FLAGS.filter((flag) => isWritten(apiserver, flag));
  if (written.length > 0) {
    return [
      {
        message: `${enumerate(written.map((flag) => `--${flag}`))} ${written.length === 1 ? 'is' : 'are'} set beside --authorization-config`,
        evidence: evidences(apiserver, 'authorization-config', ...written),
      },
    ];
  }
  const config = node.authorizationConfig;
  return config.state === 'unreadable' && config.refused === true
    ? [{ message: config.message, evidence: [fileEvidence(config, '--authorization-config')] }]
    : [];
}

/** Evidence that points into a configuration file of the API server. */
export function fileEvidence(
  { file, line }: { readonly file: string; readonly line?: number },
  flag: string,
): Evidence {
  return {
    component: 'kube-apiserver',
    setting: flag,
    value: file,
    origin: 'config-file',
    file,
    ...(line === undefined ? {} : { line }),
  };
}

/** Whether --authorization-mode parses. */
export function isList(apiserver: Component): boolean {
  return Array.isArray(setting(apiserver, 'authorization-mode').value);
}

function faultsOfModes(apiserver: Component): readonly AuthorizationFault[] {
  // What does not parse is a fault of the flag; apiserver-removed-flags reports it.
  if (!isList(apiserver)) return [];
  const modes = list(apiserver, 'authorization-mode');
  const faults: AuthorizationFault[] = [];
  const add = (message: string, ...names: readonly string[]): void => {
    faults.push({ message, evidence: evidences(apiserver, 'authorization-mode', ...names) });
  };
  // From 1.29 on an empty list means what an unset one means.
  if (modes.length === 0) add('--authorization-mode is empty');
  const unknown = [...new Set(modes)].filter((mode) => !AUTHORIZATION_MODES.includes(mode));
  if (unknown.length > 0) {
    add(
      `--authorization-mode names ${enumerate(unknown.map((mode) => `"${mode}"`))}, which is none of ${AUTHORIZATION_MODES.join(', ')}`,
    );
  }
  const twice = [...new Set(modes.filter((mode, index) => modes.indexOf(mode) !== index))];
  if (twice.length > 0) add(`--authorization-mode names ${enumerate(twice)} twice`);
  for (const [mode, file] of [
    ['ABAC', 'authorization-policy-file'],
    ['Webhook', 'authorization-webhook-config-file'],
  ] as const) {
    if (modes.includes(mode) === isSet(apiserver, file)) continue;
    add(modes.includes(mode) ? `Mode ${mode} needs --${file}` : `--${file} is set without mode ${mode}`, file);
  }
  return faults;
}
