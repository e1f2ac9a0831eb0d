/**
 * MicroK8s: a snap whose services read their flags from a file each.
 * Sources: canonical/microk8s microk8s-resources/default-args, snap/snapcraft.yaml and
 * microk8s-resources/wrappers (run-kubelite-with-args, run-k8s-dqlite-with-args); microk8s.io/docs/configuring-services.
 */
import type { ComponentName } from '../../model/component.ts';
import type { PathId } from '../../model/path.ts';
import { parseVersion } from '../../model/version.ts';
import { readFlagFile } from '../flag-file.ts';
import { readRendered } from '../reader.ts';
import type { FileReader } from '../reader.ts';
import type { Argument, Invocation } from '../types.ts';
import { withoutEtcd } from './absences.ts';
import { startedBy } from './arguments.ts';
import { named } from './types.ts';
import type { DistributionDefinition } from './types.ts';

/** What snapd sets for the services: the data of the revision in use, and the data that all revisions share. */
const DATA = '/var/snap/microk8s/current';
const COMMON = '/var/snap/microk8s/common';
const SNAP = '/snap/microk8s/current';

const COMPONENTS: readonly ComponentName[] = [
  'kube-apiserver',
  'kubelet',
  'kube-scheduler',
  'kube-controller-manager',
  'kube-proxy',
  'etcd',
];

export const microk8s: DistributionDefinition = {
  id: 'microk8s',
  markers: ['var/snap/microk8s'],
  find: (reader) => {
    const folder = folderOf(reader);
    if (folder === undefined) return undefined;
    const runs = (name: ComponentName): boolean => name !== 'etcd' || !reader.readText(`${folder}/args/k8s-dqlite`).ok;
    const invocations = COMPONENTS.flatMap((name) => (runs(name) ? (component(reader, folder, name) ?? []) : []));
    const isDqlite = !invocations.some(({ component: name }) => name === 'etcd');
    return named('microk8s', `${folder}/args`, {
      configuredIn: `MicroK8s reads the flags of each component from ${DATA}/args: what a fix asks of one belongs into its file there; then \`microk8s stop\` and \`microk8s start\`. \`microk8s refresh-certs\` renews certificates.`,
      invocations,
      absences: new Map<PathId, string>([
        [
          'kubelet-bootstrap',
          'MicroK8s has no TLS bootstrap: a node that joins gets the credentials of its kubelet from the cluster agent.',
        ],
        ...(isDqlite
          ? withoutEtcd(
              'MicroK8s keeps the cluster in dqlite, so no etcd is there.',
              `The API server talks to it over a socket of the node; its members talk TLS with ${DATA}/var/kubernetes/backend/cluster.crt, which this tool does not judge.`,
            )
          : []),
      ]),
      decides: new Map([
        [
          'kubelet-conf-embedded-cert',
          'MicroK8s gives the kubelet a certificate inside its kubeconfig, which `microk8s refresh-certs` renews.',
        ],
      ]),
      kubeconfigs: ['client', 'kubelet', 'scheduler', 'controller', 'proxy'].map(
        (name) => `${folder}/credentials/${name}.config`,
      ),
      pemFiles: ['ca.crt', 'ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key'].map(
        (name) => `${folder}/certs/${name}`,
      ),
    });
  },
};

/** `current` is a link to a revision; a backup may hold the revisions without it. */
function folderOf(reader: FileReader): string | undefined {
  const revisions = reader.list('/var/snap/microk8s').filter((name) => /^x?\d+$/.test(name));
  const newest = revisions.sort((a, b) => Number(a.replace('x', '')) - Number(b.replace('x', ''))).at(-1);
  return [DATA, ...(newest === undefined ? [] : [`/var/snap/microk8s/${newest}`])].find(
    (folder) => reader.list(`${folder}/args`).length > 0,
  );
}

function component(reader: FileReader, folder: string, name: ComponentName): Invocation | undefined {
  const file = `${folder}/args/${name}`;
  const read = readRendered(reader, file, 'any');
  if (!read.ok) return undefined;
  const argv = readFlagFile(name, read.text, file).map((word) => expand(word, folder));
  const version = snapVersion(reader);
  return {
    ...startedBy(name, argv, file),
    ...(version === undefined || name === 'etcd' ? {} : { imageVersion: version }),
  };
}

const VARIABLES: Readonly<Record<string, string>> = { SNAP_COMMON: COMMON, SNAP };

/** The wrappers let a shell expand the words; snapd's variables are the ones that the files use. */
function expand(word: Argument, folder: string): Argument {
  const text = word.text.replace(/\$\{?(SNAP_DATA|SNAP_COMMON|SNAP)\b\}?/g, (_all, name: string) =>
    name === 'SNAP_DATA' ? folder : (VARIABLES[name] ?? ''),
  );
  const open = /\$\{?([A-Za-z_]\w*)/.exec(text)?.[1];
  return open === undefined
    ? { ...word, text }
    : { ...word, text, unknown: `${open} is set when the service starts, and no file shows it` };
}

/** The snap's own description, which has the release of Kubernetes: `version: v1.33.2`. */
function snapVersion(reader: FileReader) {
  const read = reader.readText(`${SNAP}/meta/snap.yaml`);
  const written = read.ok ? /^version:\s*['"]?(v?[\d.]+)/m.exec(read.text)?.[1] : undefined;
  return written === undefined ? undefined : parseVersion(written);
}
