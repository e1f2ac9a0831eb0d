/** The configuration files that flags of the API server name, read as its version and gates have it. */
import { readAdmissionConfig } from '../config/apiserver/admission.ts';
import type { PluginFileReader, Plugins } from '../config/apiserver/admission.ts';
import { readAuthenticationConfig } from '../config/apiserver/authentication.ts';
import { readAuthorizationConfig } from '../config/apiserver/authorization.ts';
import { readEgressSelectorConfig } from '../config/apiserver/egress-selector.ts';
import { readEncryptionConfig } from '../config/apiserver/encryption.ts';
import type { ConfigReader } from '../config/apiserver/kind.ts';
import { readTracingConfig } from '../config/apiserver/tracing.ts';
import { gateEnabled } from '../config/feature-gates.ts';
import type { WrittenGates } from '../config/feature-gates.ts';
import { isAbsent } from '../discover/reader.ts';
import type { NodeView } from '../discover/view.ts';
import type { Component, ComponentName } from '../model/component.ts';
import type { APIServerFiles, ConfigFile } from '../model/node.ts';
import type { Setting } from '../model/setting.ts';

/** Reads them all; `unset` where no flag names one, and where there is no API server. */
export function apiserverFiles(view: NodeView, components: ReadonlyMap<ComponentName, Component>): APIServerFiles {
  const apiserver = components.get('kube-apiserver');
  const read = <T>(flag: string, reader: (file: OpenFile, by: ConfigReader) => ConfigFile<T>): ConfigFile<T> =>
    apiserver === undefined ? { state: 'unset' } : readFile(view, apiserver, flag, reader);
  return {
    authenticationConfig: read('authentication-config', ({ text, file }, by) =>
      readAuthenticationConfig(text, file, by),
    ),
    authorizationConfig: read('authorization-config', ({ text, file }, by) => readAuthorizationConfig(text, file, by)),
    egressSelectorConfig: read('egress-selector-config-file', ({ text, file }, by) =>
      readEgressSelectorConfig(text, file, by),
    ),
    encryptionConfig: read('encryption-provider-config', ({ text, file }, by) => readEncryptionConfig(text, file, by)),
    tracingConfig: read('tracing-config-file', ({ text, file }, by) => readTracingConfig(text, file, by)),
    admissionConfig: read('admission-control-config-file', ({ text, file, path }, by) =>
      readAdmissionConfig(text, file, path, pluginsOf(view, apiserver), by),
    ),
  };
}

interface OpenFile {
  readonly text: string;
  /** On the node. */
  readonly file: string;
  /** As the API server sees it. */
  readonly path: string;
}

function readFile<T>(
  view: NodeView,
  apiserver: Component,
  flag: string,
  read: (file: OpenFile, by: ConfigReader) => ConfigFile<T>,
): ConfigFile<T> {
  const setting = apiserver.settings.get(flag);
  if (setting?.unknown !== undefined) return nameless(setting, setting.unknown);
  const path = setting?.value;
  if (typeof path !== 'string' || path === '') return { state: 'unset' };
  const translated = apiserver.nodePath(path);
  if ('notMounted' in translated) {
    const message = `${path} is not mounted from the node into the container`;
    return { state: 'unreadable', file: path, message, present: false };
  }
  const { path: file } = translated;
  const text = view.readText(file);
  return text.ok
    ? read({ text: text.text, file, path }, readerOf(apiserver))
    : { state: 'unreadable', file, message: text.message, present: !isAbsent(text.reason) };
}

function pluginsOf(view: NodeView, apiserver: Component | undefined): Plugins {
  const disabled = apiserver?.settings.get('disable-admission-plugins');
  const names = Array.isArray(disabled?.value) ? disabled.value.map(String) : [];
  return {
    readFile: (path) => pluginFile(view, apiserver, path),
    isDisabled: (plugin) => (disabled?.unknown === undefined ? names.includes(plugin) : undefined),
  };
}

function pluginFile(view: NodeView, apiserver: Component | undefined, path: string): ReturnType<PluginFileReader> {
  const translated = apiserver?.nodePath(path);
  if (translated === undefined || 'notMounted' in translated) {
    return { ok: false, message: `${path} is not mounted from the node into the container` };
  }
  const text = view.readText(translated.path);
  return text.ok ? { ok: true, text: text.text, file: translated.path } : { ok: false, message: text.message };
}

/** The version and the gates that decide which files an API server takes. */
function readerOf({ version, settings }: Component): ConfigReader {
  if (version === undefined) return {};
  const gates = settings.get('feature-gates');
  const written = gates?.value;
  // The gates of another version are in force, or nobody knows which.
  const known = gates?.unknown === undefined && settings.get('emulated-version')?.origin !== 'flag';
  const isMap = typeof written === 'object' && written !== null && !Array.isArray(written);
  return {
    version,
    gate: (name) => (known ? gateEnabled(name, version, isMap ? (written as WrittenGates) : {}) : undefined),
  };
}

function nameless(setting: Setting, unknown: string): ConfigFile<never> {
  const { file, line, label } = setting;
  const message = `which file ${label} names is not known: ${unknown}`;
  return { state: 'unreadable', file: file ?? label, message, present: false, ...(line === undefined ? {} : { line }) };
}
