/** Settings that a component computes from others once all are read. */
import type { ComponentName, Notice } from '../model/component.ts';
import type { Setting } from '../model/setting.ts';
import type { Version } from '../model/version.ts';
import { etcdFaults } from './etcd-faults.ts';
import { defaultRange, flagHistory } from './history/history.ts';
import { formatHostPort, splitHostPort } from './url.ts';

/** Changes `settings` in place and returns what the operator should know of it. */
export function deriveSettings(
  component: ComponentName,
  version: Version,
  settings: Map<string, Setting>,
  usesConfigFile: boolean,
): readonly Notice[] {
  followOthers(component, version, settings);
  if (component === 'kube-apiserver') return deriveApiserver(settings);
  if (component === 'kube-proxy') deriveProxy(settings, usesConfigFile);
  return component === 'etcd' ? etcdFaults(settings) : [];
}

/** Defaults that are another flag's value: `--api-audiences`, and `--service-account-key-file` through 1.30. */
function followOthers(component: ComponentName, version: Version, settings: Map<string, Setting>): void {
  for (const entry of flagHistory(component).values()) {
    const followed = defaultRange(entry, version).sameAs;
    const setting = settings.get(entry.name);
    if (followed === undefined || setting?.origin !== 'default') continue;
    const source = settings.get(followed);
    if (source?.unknown !== undefined) {
      settings.set(entry.name, { ...setting, value: null, unknown: source.unknown });
      continue;
    }
    const value = source?.value ?? null;
    const list = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
    settings.set(entry.name, { ...setting, value: list.filter((item) => item !== '') });
  }
}

function deriveApiserver(settings: Map<string, Setting>): readonly Notice[] {
  const modes = settings.get('authorization-mode');
  // pkg/kubeapiserver/options/authorization.go, Complete: AlwaysAllow only when there is no --authorization-config.
  if (modes?.origin === 'default' && isWritten(settings.get('authorization-config'))) {
    settings.set('authorization-mode', { ...modes, value: [] });
  }
  const anonymous = settings.get('anonymous-auth');
  const inForce = settings.get('authorization-mode')?.value;
  if (anonymous?.value !== true || !Array.isArray(inForce) || !inForce.some((mode) => mode === 'AlwaysAllow'))
    return [];
  // pkg/kubeapiserver/options/authentication.go, ApplyAuthorization: AlwaysAllow puts anonymous requests off.
  const { value, origin, file, line, overrides, name, label } = anonymous;
  const lost = { value, origin, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
  settings.set('anonymous-auth', {
    name,
    label,
    value: false,
    origin: 'default',
    overrides: origin === 'default' ? overrides : [lost, ...overrides],
  });
  if (origin === 'default') return [];
  return [
    {
      code: 'ignored-setting',
      subject: label,
      message: `${label} is put to false because --authorization-mode has AlwaysAllow`,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    },
  ];
}

function isWritten(setting: Setting | undefined): boolean {
  if (setting?.unknown !== undefined) return true;
  return setting !== undefined && setting.value !== null && setting.value !== '';
}

/** The addresses of kube-proxy's two listeners: their family follows --bind-address, and their port may be apart. */
function deriveProxy(settings: Map<string, Setting>, usesConfigFile: boolean): void {
  const bind = settings.get('bind-address')?.value;
  const v6 = typeof bind === 'string' && bind.includes(':');
  listener(
    settings,
    'healthz-bind-address',
    v6 ? '::' : '0.0.0.0',
    usesConfigFile ? undefined : 'healthz-port',
    10_256,
  );
  listener(
    settings,
    'metrics-bind-address',
    v6 ? '::1' : '127.0.0.1',
    usesConfigFile ? undefined : 'metrics-port',
    10_249,
  );
}

function listener(
  settings: Map<string, Setting>,
  name: string,
  defaultHost: string,
  portFlag: string | undefined,
  defaultPort: number,
): void {
  const setting = settings.get(name);
  if (setting === undefined || typeof setting.value !== 'string') return;
  const port = portFlag === undefined ? defaultPort : settings.get(portFlag)?.value;
  if (typeof port !== 'number') return;
  const address = setting.origin === 'default' ? { host: defaultHost, port: undefined } : splitHostPort(setting.value);
  if (address === undefined) return;
  // cmd/kube-proxy/app, addressFromDeprecatedFlags: port 0 switches the listener off, whatever the address says.
  const value =
    port === 0 ? '' : formatHostPort(address.host === '' ? defaultHost : address.host, address.port ?? port);
  settings.set(name, { ...setting, value });
}
