/** What `kubetls expiry` reports, as data: when each certificate ends, what ends with it, who renews it. */
import type { DistributionId } from './distribution.ts';
import type { PathId } from './path.ts';
import type { Report, ReportProblem } from './report.ts';
import type { Status } from './status.ts';

/** Who replaces a certificate, and how. */
export interface Renewal {
  /** `kubelet` and `process` need nobody; `distribution`: its own command or agent. */
  readonly by: 'kubeadm' | 'kubelet' | 'distribution' | 'hand';
  /** What to do, as a sentence; empty where nobody has to do anything. */
  readonly how: string;
  /** What has to be restarted to take the new one, after it is written; null: it is picked up. */
  readonly restart: string | null;
}

export interface ExpiryCertificate {
  readonly node: string;
  readonly file: string;
  readonly kind: 'leaf' | 'authority';
  /** Which half of a connection shows it; null for a CA. */
  readonly side: 'server' | 'client' | null;
  /** What it is to each path that needs it. */
  readonly roles: readonly string[];
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly sha256: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** When it is no longer accepted: the earliest end in its chain. */
  readonly endsAt: string;
  /** The CA that ends before it and takes it along; null where its own end counts. */
  readonly endsWith: { readonly file: string; readonly subject: string } | null;
  /** Whole days to `endsAt`, rounded down; negative once it has passed. */
  readonly daysLeft: number;
  readonly renewal: Renewal;
  /** Paths that show it or judge by it. */
  readonly paths: readonly PathId[];
  /** Those of them that break when it ends: where nobody verifies, nothing does. */
  readonly breaks: readonly PathId[];
  readonly status: Status;
  /** Of a certificate at warn or worse: the sentences of the checks that say so. */
  readonly messages: readonly string[];
  /** What those checks advise. */
  readonly remediation: string;
}

/** Something that ends and is in no file. */
export interface ExpiryInMemory {
  readonly node: string;
  readonly title: string;
  readonly status: Status;
  readonly message: string;
  readonly remediation: string;
  readonly paths: readonly PathId[];
}

/** A certificate that a path needs and that was not seen. */
export interface ExpiryUnseen {
  readonly node: string;
  readonly file: string;
  readonly role: string;
  readonly paths: readonly PathId[];
  /** Why, as a clause that names the file. */
  readonly message: string;
  /** The input does not hold it; otherwise it should be there and could not be read. */
  readonly notInInput: boolean;
}

export interface ExpiryReport {
  readonly schemaVersion: 1;
  readonly tool: Report['tool'];
  readonly evaluatedAt: string;
  /** That of the worst certificate in use; `not-assessed` where none was seen. */
  readonly status: Status;
  readonly inputs: Report['inputs'];
  readonly nodes: readonly {
    readonly name: string;
    readonly kubernetesVersion: string | null;
    readonly distribution: DistributionId | null;
  }[];
  /** In use, leaves and CAs; first to end first. */
  readonly certificates: readonly ExpiryCertificate[];
  readonly inMemory: readonly ExpiryInMemory[];
  /** Found and used by no path, or left over in a bundle; they never alarm. */
  readonly unused: readonly Pick<
    ExpiryCertificate,
    'node' | 'file' | 'subject' | 'issuer' | 'serialNumber' | 'sha256' | 'notBefore' | 'notAfter' | 'daysLeft'
  >[];
  readonly unseen: readonly ExpiryUnseen[];
  readonly problems: readonly ReportProblem[];
}
