/** Advisories on the TLS listeners of etcd, as of 2026-11; a later list comes with a later version of this program. */
import type { Check, Reference } from '../../src/model/path.ts';
import { compareVersions, formatVersion, parseVersion } from '../../src/model/version.ts';
import type { Version } from '../../src/model/version.ts';
import { evidences } from './access.ts';
import { isLocal, servesTLS, urlsOf } from './etcd.ts';
import type { EtcdSide } from './etcd.ts';
import { ofEtcd } from './etcd-checks.ts';
import { github } from './references.ts';
import { notAssessed, pass } from './result.ts';

interface Advisory {
  readonly id: string;
  readonly published: string;
  /** First release with the fix, by line; a line above all of them has it, one below them never gets it. */
  readonly fixed: readonly string[];
  readonly consequence: string;
}

/** What depends on settings is asked where the settings are: GHSA-3wh4-j44w-pg92 by etcd-crl. */
const ADVISORIES: readonly Advisory[] = [
  {
    id: 'GHSA-6vch-q96h-7gc3',
    published: '2026-07-24',
    fixed: ['3.5.33', '3.6.14', '3.7.1'],
    consequence:
      'whoever reaches the port, without a certificate, can open connections that never finish their handshake until etcd is out of memory, and the control plane with it',
  },
];

function advisoryReference(id: string): Reference {
  return { id, url: `https://github.com/etcd-io/etcd/security/advisories/${id}` };
}

/** The release of this version's line, or of the lowest line that gets one, that has the fix. */
function fixFor(version: Version, { fixed }: Advisory): string | undefined {
  const releases = fixed.flatMap((text) => parseVersion(text) ?? []);
  const own = releases.find(({ major, minor }) => major === version.major && minor === version.minor);
  const release = own ?? releases.find((one) => compareVersions(one, version) > 0);
  return release === undefined || compareVersions(version, release) >= 0 ? undefined : formatVersion(release);
}

/**
 * Tells, and does not warn: a release number does not show what a distribution built into it, and no setting mends it.
 * Asked of the listeners of one side, where other machines reach one that speaks TLS.
 */
export function tlsAdvisories(side: EtcdSide): Check {
  return {
    id: 'etcd-version-tls-advisories',
    title: 'It is told what is published about the TLS listeners of this release of etcd',
    severity: 'info',
    impact: 'availability',
    versions: 'as of 2026-11: GHSA-6vch-q96h-7gc3, fixed in 3.5.33, 3.6.14 and 3.7.1',
    remediation:
      "Upgrade etcd to the release that is named, one member after the other (kubeadm: `imageTag` in etcd.local of the ClusterConfiguration, then `kubeadm upgrade apply` of the version that runs); until then let a firewall admit only API servers, members and backups to etcd's ports.",
    references: [...ADVISORIES.map(({ id }) => advisoryReference(id)), github('etcd-io/etcd#22130')],
    ...ofEtcd((etcd) => {
      const { version } = etcd;
      const urls = urlsOf(etcd, ...side.listeners);
      const shown = evidences(etcd, ...side.listeners);
      if (!servesTLS(etcd, side)) return pass('No listener of etcd speaks TLS here.', shown);
      if (urls.every(isLocal)) return pass('Only this machine reaches the listener.', shown);
      if (version?.patch === undefined) return notAssessed('The patch release of etcd is not known.', shown);
      const open = ADVISORIES.flatMap((advisory) => {
        const fix = fixFor(version, advisory);
        return fix === undefined ? [] : [{ ...advisory, fix }];
      });
      return open.length === 0
        ? pass(`etcd ${formatVersion(version)} has the fixes for every advisory on TLS that is known here.`, shown)
        : open.map(({ id, published, consequence, fix }) =>
            pass(
              `The fix of ${id} (${published}) came with etcd ${fix}, and this is ${formatVersion(version)}: unless who built it put the fix in, ${consequence}.`,
              shown,
            ),
          );
    }),
  };
}
