/**
 * The options of K3s and RKE2: their unit's command line and environment, over config.yaml and its drop-ins.
 * Sources: k3s-io/k3s pkg/configfilearg/parser.go (order, `+` keys), docs.k3s.io/installation/configuration.
 */
import { posix } from 'node:path';
import type { Position } from '../../model/setting.ts';
import { asMapping, readYaml } from '../../text/yaml.ts';
import type { FileReader } from '../reader.ts';
import { readService } from '../systemd-service.ts';
import { isEnabled, loadUnit } from '../systemd-unit.ts';
import type { Argument, DiscoveryProblem, EnvironmentVariable } from '../types.ts';

export type RancherProgram = 'k3s' | 'rke2';

/** One option as the program gets it; `name` without dashes, long. */
export interface ProgramOption {
  readonly name: string;
  readonly value: string;
  readonly position: Position;
}

export interface ProgramOptions {
  readonly role: 'server' | 'agent';
  /** The file that decides most: config.yaml, else the unit, else the data directory. */
  readonly file: string;
  readonly dataDir: string;
  /** In the order in which the program reads them: a later one of a plain option counts. */
  readonly options: readonly ProgramOption[];
  /** Why options may be missing; a clause without a period. */
  readonly unseen: string | undefined;
  readonly problems: readonly DiscoveryProblem[];
}

/** Short forms in pkg/cli/cmds/{server,agent}.go. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['c', 'config'],
  ['d', 'data-dir'],
  ['s', 'server'],
  ['t', 'token'],
]);

/** Options without a value unless one follows `=`, as far as this tool asks for them. */
const SWITCHES = new Set([
  'cluster-init',
  'disable-agent',
  'disable-apiserver',
  'disable-cloud-controller',
  'disable-controller-manager',
  'disable-etcd',
  'disable-kube-proxy',
  'disable-scheduler',
  'debug',
  'docker',
  'etcd-disable-snapshots',
  'etcd-expose-metrics',
  'etcd-s3',
  'protect-kernel-defaults',
  'rootless',
  'secrets-encryption',
  'selinux',
  'embedded-registry',
  'supervisor-metrics',
]);

const MAX_FILES = 100;

/** Reads the options; undefined where nothing of the program is in the input. */
export function readProgramOptions(reader: FileReader, program: RancherProgram): ProgramOptions | undefined {
  const started = startOf(reader, program);
  const variable = (name: string): EnvironmentVariable | undefined =>
    started?.environment.find((one) => one.name === `${program.toUpperCase()}_${name}`);
  const written = readWords(started?.words ?? []);
  const named = written.findLast(({ name }) => name === 'config')?.value ?? variable('CONFIG_FILE')?.value;
  const config = named ?? `/etc/rancher/${program}/config.yaml`;
  const fromFiles = readConfig(reader, config);
  const fromEnvironment = ENVIRONMENT.flatMap(([name, option]): ProgramOption[] => {
    const found = variable(name);
    return found === undefined
      ? []
      : [{ name: option, value: found.value, position: found.position ?? { file: started?.file ?? '' } }];
  });
  // A variable is a default: what is written in the file or on the command line beats it (urfave/cli).
  const options = [...fromEnvironment, ...fromFiles.options, ...written];
  const dataDir = options.findLast(({ name }) => name === 'data-dir')?.value ?? `/var/lib/rancher/${program}`;
  const isServer = reader.list(`${dataDir}/server/tls`).length > 0;
  const isAgent = reader.list(`${dataDir}/agent`).length > 0;
  const file = fromFiles.files[0] ?? started?.file ?? (isServer ? `${dataDir}/server` : `${dataDir}/agent`);
  if (started === undefined && fromFiles.files.length === 0 && !isServer && !isAgent) return undefined;
  return {
    role: started?.role ?? (isServer || !isAgent ? 'server' : 'agent'),
    file,
    dataDir,
    options,
    unseen:
      fromFiles.unseen ??
      started?.unseen ??
      (started === undefined ? `how ${program} is started is in no file of the input` : undefined),
    problems: fromFiles.problems,
  };
}

/** Variables of options that this tool asks for; pkg/cli/cmds. The prefix is the program's. */
const ENVIRONMENT: readonly (readonly [variable: string, option: string])[] = [
  ['DATA_DIR', 'data-dir'],
  ['URL', 'server'],
  ['NODE_NAME', 'node-name'],
  ['CLUSTER_INIT', 'cluster-init'],
  ['DATASTORE_ENDPOINT', 'datastore-endpoint'],
  ['DATASTORE_CAFILE', 'datastore-cafile'],
  ['DATASTORE_CERTFILE', 'datastore-certfile'],
  ['DATASTORE_KEYFILE', 'datastore-keyfile'],
];

interface Start {
  readonly role: 'server' | 'agent';
  /** The words after `server` or `agent`. */
  readonly words: readonly Argument[];
  readonly environment: readonly EnvironmentVariable[];
  readonly file: string;
  readonly unseen: string | undefined;
}

function startOf(reader: FileReader, program: RancherProgram): Start | undefined {
  const names = [`${program}-server.service`, `${program}.service`, `${program}-agent.service`];
  const units = names.flatMap((name) => loadUnit(reader, name) ?? []).filter(({ masked }) => !masked);
  // RKE2's packages bring the units of both roles.
  const unit = units.find(({ name }) => isEnabled(reader, name)) ?? units[0];
  if (unit === undefined) return undefined;
  const service = readService(reader, unit);
  for (const { words } of service.commands) {
    const at = words.findIndex(({ text }) => text === 'server' || text === 'agent');
    const role = words[at]?.text;
    if (role !== 'server' && role !== 'agent') continue;
    const unknown = words.find((word) => word.unknown !== undefined)?.unknown;
    return {
      role,
      words: words.slice(at + 1),
      environment: service.environment,
      file: unit.file ?? unit.dropIns[0] ?? unit.name,
      unseen: unit.unseen ?? unknown ?? service.environmentUnseen,
    };
  }
  return undefined;
}

function readWords(words: readonly Argument[]): readonly ProgramOption[] {
  const options: ProgramOption[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const match = /^--?([A-Za-z][A-Za-z0-9-]*\+?)(?:=([\s\S]*))?$/.exec(word?.text ?? '');
    if (word === undefined || match === null) continue;
    const name = SHORT.get(match[1] ?? '') ?? match[1] ?? '';
    const next = words[index + 1];
    const takesNext = match[2] === undefined && !SWITCHES.has(name) && next?.text.startsWith('-') === false;
    options.push({ name, value: match[2] ?? (takesNext ? next.text : 'true'), position: word.position });
    if (takesNext) index += 1;
  }
  return options;
}

interface ConfigOptions {
  readonly options: readonly ProgramOption[];
  /** That were read, the main one first. */
  readonly files: readonly string[];
  readonly unseen: string | undefined;
  readonly problems: readonly DiscoveryProblem[];
}

/** A key of a later file replaces the key of an earlier one; with `+` it adds to it. */
function readConfig(reader: FileReader, config: string): ConfigOptions {
  const folder = `${config}.d`;
  const names = reader.list(folder).filter((name) => /\.ya?ml$/.test(name));
  const byKey = new Map<string, readonly ProgramOption[]>();
  const files: string[] = [];
  const problems: DiscoveryProblem[] = [];
  let unseen: string | undefined;
  for (const file of [config, ...names.slice(0, MAX_FILES).map((name) => posix.join(folder, name))]) {
    const read = reader.readText(file);
    if (!read.ok) {
      if (read.reason === 'missing' || read.reason === 'not-in-input') continue;
      unseen = read.message;
      continue;
    }
    files.push(file);
    const yaml = readYaml(read.text);
    const document = yaml.ok ? yaml.documents[0] : undefined;
    const root = asMapping(document?.value);
    if (!yaml.ok || (document !== undefined && root === undefined)) {
      unseen = `${file} is no mapping of options`;
      const message = `${file} was not read: ${yaml.ok ? 'a mapping of options was expected' : yaml.message}.`;
      const line = yaml.ok ? undefined : yaml.line;
      problems.push({
        code: 'unparsable-manifest',
        subject: file,
        file,
        ...(line === undefined ? {} : { line }),
        message,
      });
      continue;
    }
    for (const [key, value] of Object.entries(root ?? {})) {
      const name = key.replace(/\+$/, '');
      const lineOf = (index?: number): Position => {
        const line = document?.line(index === undefined ? [key] : [key, index]);
        return { file, ...(line === undefined ? {} : { line }) };
      };
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      const options = items.map((item, index): ProgramOption => ({
        name: SHORT.get(name) ?? name,
        value: textOf(item),
        position: lineOf(Array.isArray(value) ? index : undefined),
      }));
      byKey.set(name, key.endsWith('+') ? [...(byKey.get(name) ?? []), ...options] : options);
    }
  }
  return { options: [...byKey.values()].flat(), files, unseen, problems };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
