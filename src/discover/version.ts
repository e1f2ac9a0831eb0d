/** What an image reference tells of the program inside. */
import type { ComponentName } from '../model/component.ts';
import { parseVersion } from '../model/version.ts';
import type { Version } from '../model/version.ts';

export interface ImageReference {
  /** Last segment of the name, without registry, tag and digest. */
  readonly baseName: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Architectures that older Kubernetes image names end in (`kube-apiserver-amd64`). */
const ARCHITECTURE = /-(?:amd64|arm64|arm|ppc64le|s390x|386)$/;

/**
 * Cloud controller managers whose tags follow Kubernetes' minors; the others (hcloud, gcp, digitalocean) count their
 * own releases, from which nothing follows.
 */
const VERSIONED_CLOUD_CONTROLLER_MANAGERS: ReadonlySet<string> = new Set([
  'aws-cloud-controller-manager',
  'azure-cloud-controller-manager',
  'openstack-cloud-controller-manager',
]);

/**
 * Splits `[host[:port]/]path[:tag][@digest]` (github.com/distribution/reference): a colon before the last slash is
 * the registry's port.
 */
export function readImageReference(image: string): ImageReference {
  const at = image.indexOf('@');
  const named = at === -1 ? image : image.slice(0, at);
  const last = named.slice(named.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return {
    baseName: (colon === -1 ? last : last.slice(0, colon)).replace(ARCHITECTURE, ''),
    tag: colon === -1 ? undefined : last.slice(colon + 1),
    digest: at === -1 ? undefined : image.slice(at + 1),
  };
}

/**
 * The component's version as its image's tag says; undefined where the tag is none (`latest`, a digest alone, a
 * date) or is the version of something else.
 */
export function imageVersion(component: ComponentName, image: string): Version | undefined {
  const { baseName, tag } = readImageReference(image);
  if (tag === undefined) return undefined;
  if (component === 'cloud-controller-manager' && !VERSIONED_CLOUD_CONTROLLER_MANAGERS.has(baseName)) return undefined;
  const version = parseVersion(tag);
  if (version === undefined) return undefined;
  // A rebuilt image may carry a date or a build number, which is no release of Kubernetes (1.x) or etcd (2.x, 3.x).
  const majors = component === 'etcd' ? [2, 3] : [1];
  return majors.includes(version.major) ? version : undefined;
}
