/** Service account tokens: which keys sign them, which keys the API server verifies them with, whether they fit. */
import type { PrivateKey, PublicKey } from '../../src/model/certificate.ts';
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence, Finding, Material } from '../../src/model/path.ts';
import type { Answer } from '../../src/model/status.ts';
import { atLeast } from '../../src/model/version.ts';
import { signingKey, verifyingKeys } from '../../src/pki/tokenKeys.ts';
import { notInInput } from './absence.ts';
import { bool, component, evidence, evidences, isSet, list, requireComponent, text } from './access.ts';
import { settingMaterial, settingMaterials } from './material.ts';
import { cis, kubernetesDocs, kubernetesSource, stig } from './references.ts';
import { fail, notApplicable, notAssessed, pass, warn } from './result.ts';
import { unreadFinding } from './unread.ts';
import { certificateEvidence, enumerate, located } from './words.ts';

const KEY_FILE = 'service-account-key-file';
const SIGNING_KEY = 'service-account-signing-key-file';
const ENDPOINT = 'service-account-signing-endpoint';
const CONTROLLER_MANAGER_KEY = 'service-account-private-key-file';

const optionsSource = kubernetesSource('pkg/kubeapiserver/options/authentication.go');
const docs = kubernetesDocs('tasks/configure-pod-container/configure-service-account/');
const administration = kubernetesDocs('reference/access-authn-authz/service-accounts-admin/');

/** An external program signs and names the verifying keys (1.32+), so that no key file counts. */
function externalSigner(apiserver: Component): boolean {
  return isSet(apiserver, ENDPOINT);
}

/** From 1.20 on the API server starts only with an issuer, a signing key and a verifying key (or the endpoint). */
function demandsKeys({ version }: Component): boolean {
  return version === undefined || atLeast(version, '1.20');
}

/**
 * The files whose keys the API server accepts tokens by. Up to 1.19 an API server without a signing key falls back
 * to the key of its serving certificate; from 1.20 on the flag is required.
 * Source: kubernetes v1.20.0 cmd/kube-apiserver/app/server.go (Complete), pkg/kubeapiserver/options/authentication.go.
 */
function verifyingFiles(node: NodeModel, apiserver: Component): readonly Material[] {
  if (keyFilesWritten(apiserver)) return settingMaterials(node, apiserver, KEY_FILE);
  const serving = settingMaterial(node, apiserver, 'tls-private-key-file');
  return demandsKeys(apiserver) || isSet(apiserver, SIGNING_KEY) || serving === undefined ? [] : [serving];
}

/** The default is no file, whatever text stands for it. */
function keyFilesWritten(apiserver: Component): boolean {
  // Asked first, since a value that is not known has an origin all the same.
  const set = isSet(apiserver, KEY_FILE);
  return apiserver.settings.get(KEY_FILE)?.origin !== 'default' && set;
}

/** Every public key in a file, whether the API server takes it or not: of public keys, private keys and certificates. */
function publicKeysIn(material: Material): readonly PublicKey[] {
  const file = material.nodeFile;
  if (file?.state !== 'present') return [];
  const { publicKeys, privateKeys, certificates } = file.pem;
  return [
    ...publicKeys,
    ...privateKeys.flatMap(({ publicKey }) => publicKey ?? []),
    ...certificates.map(({ publicKey }) => publicKey),
  ];
}

/** The key that signs; one that does not, where there is no other, can tell why. */
function signingKeyIn(material: Material): PrivateKey | undefined {
  const file = material.nodeFile;
  if (file?.state !== 'present') return undefined;
  return signingKey(file.pem) ?? file.pem.privateKeys.find(({ encrypted }) => encrypted);
}

function isVerifiedBy(material: Material, { spkiSha256 }: PublicKey): boolean {
  const file = material.nodeFile;
  return file?.state === 'present' && verifyingKeys(file.pem).some((key) => key.spkiSha256 === spkiSha256);
}

/** The private keys that sign tokens, whose files the path depends on. */
export function signingKeyFiles(node: NodeModel): readonly Material[] {
  return signers(node).map(({ material }) => material);
}

/** The keys of the tokens of one API server. */
export interface TokenKeys {
  /** SHA-256 of the public half of the key that signs; undefined where none is set or it is not read. */
  readonly signing: string | undefined;
  readonly signingFile: Material | undefined;
  /** Those by which it verifies. */
  readonly verifying: ReadonlySet<string>;
  readonly verifyingFiles: readonly Material[];
}

/**
 * Undefined where no key file decides: without an API server, and with an external signer.
 * @throws UnknownValue where the input does not show which files are set
 */
export function tokenKeys(node: NodeModel): TokenKeys | undefined {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined || externalSigner(apiserver)) return undefined;
  const signingFile = settingMaterial(node, apiserver, SIGNING_KEY);
  const files = verifyingFiles(node, apiserver);
  return {
    signing: signingFile === undefined ? undefined : signingKeyIn(signingFile)?.publicKey?.spkiSha256,
    signingFile,
    verifying: new Set(files.flatMap(publicKeysIn).map(({ spkiSha256 }) => spkiSha256)),
    verifyingFiles: files,
  };
}

interface Signer {
  readonly owner: Component;
  readonly material: Material;
}

function signers(node: NodeModel): readonly Signer[] {
  const named: readonly (readonly [ComponentName, string])[] = [
    ['kube-apiserver', SIGNING_KEY],
    ['kube-controller-manager', CONTROLLER_MANAGER_KEY],
  ];
  return named.flatMap(([name, flag]) => {
    const owner = component(node, name);
    const material = owner === undefined ? undefined : settingMaterial(node, owner, flag);
    return owner === undefined || material === undefined ? [] : [{ owner, material }];
  });
}

/** Whether the API server accepts the tokens that it signs: the column of `clientAuthenticated`. */
export function tokensAccepted(node: NodeModel): Answer {
  const apiserver = requireComponent(node, 'kube-apiserver');
  // The signer itself says by which keys its tokens are verified.
  if (externalSigner(apiserver)) return 'yes';
  const finding = judgeSigner(node, apiserver, settingMaterial(node, apiserver, SIGNING_KEY), API_SERVER);
  switch (finding?.status) {
    case 'pass':
      return 'yes';
    case 'fail':
      return 'no';
    case 'warn':
    case 'not-assessed':
    case 'not-applicable':
    case undefined:
      return 'unknown';
  }
}

const API_SERVER = 'the API server';

/**
 * Compares a signing key with the keys that the API server verifies by.
 * @returns undefined when there is nothing to compare with, which other checks report
 */
function judgeSigner(
  node: NodeModel,
  apiserver: Component,
  signing: Material | undefined,
  who: string,
): Finding | undefined {
  const verifying = verifyingFiles(node, apiserver);
  if (signing === undefined || verifying.length === 0) return undefined;
  const shown = [signing.evidence, evidence(apiserver, KEY_FILE)];
  const unread = unreadFinding(signing, shown, `${signing.evidence.component ?? 'the process'} does not start`);
  if (unread !== undefined) return unread;
  const key = signingKeyIn(signing);
  if (key?.encrypted === true) {
    return fail(`${signing.file} is protected by a passphrase, and no Kubernetes component can ask for one.`, shown, {
      impact: 'availability',
      headline: 'token signing key is encrypted',
    });
  }
  if (key?.publicKey === undefined) {
    return fail(`${signing.file} holds no private key that Kubernetes can read, so ${who} cannot sign tokens.`, shown, {
      impact: 'availability',
      headline: 'token signing key unreadable',
    });
  }
  const signer = who === API_SERVER ? 'it' : who;
  const { spkiSha256 } = key.publicKey;
  const names = enumerate(verifying.map(({ file }) => file));
  const { publicKey } = key;
  if (verifying.some((file) => isVerifiedBy(file, publicKey))) {
    return pass(`The API server verifies the tokens that ${signer} signs with ${signing.file}.`, shown);
  }
  const unusable = verifying.find((file) => publicKeysIn(file).some((one) => one.spkiSha256 === spkiSha256));
  if (unusable !== undefined) {
    return fail(
      `${unusable.file} holds the public half of ${signing.file} in a form that the API server does not verify tokens by: it takes an elliptic curve key as PUBLIC KEY, EC PRIVATE KEY (SEC1) or certificate, and no Ed25519 key. Write the public half there (openssl pkey -in ${signing.file} -pubout).`,
      shown,
      { headline: 'token verifying key of the wrong form' },
    );
  }
  const [missing] = verifying.flatMap((file) => unreadFinding(file, shown, 'the API server does not start') ?? []);
  return (
    missing ??
    fail(
      `${names} ${verifying.length === 1 ? 'does' : 'do'} not hold the public half of ${signing.file}, so the API server refuses every token that ${signer} signs with that key.`,
      shown,
      {
        headline: 'token signing and verifying keys differ',
      },
    )
  );
}

const RESTORE_PAIR =
  'Put sa.key and sa.pub of one pair back, the same on every control-plane node (kubeadm: /etc/kubernetes/pki/sa.{key,pub}); `openssl pkey -in sa.key -pubout` prints what --service-account-key-file has to hold. To change the key, add the new public key with a second --service-account-key-file everywhere first.';

const keyPairMatch: Check = {
  id: 'sa-key-pair-match',
  title: 'The API server verifies service account tokens with the key that it signs them with',
  severity: 'high',
  impact: 'both',
  versions: 'all; a signing key is required from 1.20 on',
  remediation: RESTORE_PAIR,
  references: [kubernetesDocs('setup/best-practices/certificates/'), administration, optionsSource],
  notApplicable: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    if (externalSigner(apiserver)) return `--${ENDPOINT} is set: an external signer holds the keys.`;
    if (isSet(apiserver, SIGNING_KEY)) {
      return verifyingFiles(node, apiserver).length > 0
        ? undefined
        : 'No verifying key is set; see sa-key-file-explicit.';
    }
    return demandsKeys(apiserver)
      ? undefined
      : 'No signing key is set, so the API server issues no tokens (up to 1.19).';
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const signing = settingMaterial(node, apiserver, SIGNING_KEY);
    return (
      judgeSigner(node, apiserver, signing, API_SERVER) ??
      fail(
        `--${SIGNING_KEY} is not set, which the API server requires: it does not start.`,
        [evidence(apiserver, SIGNING_KEY)],
        {
          impact: 'availability',
          headline: `--${SIGNING_KEY} not set`,
        },
      )
    );
  },
};

const controllerManagerKey: Check = {
  id: 'controller-manager-sa-private-key',
  title: 'The API server verifies the tokens that the controller manager signs',
  severity: 'high',
  impact: 'both',
  versions: 'all; unset means no tokens in Secrets, which is harmless from 1.24 on',
  remediation: `Set --${CONTROLLER_MANAGER_KEY} to the private half of a key in --${KEY_FILE} (kubeadm: /etc/kubernetes/pki/sa.key). ${RESTORE_PAIR}`,
  references: [cis('1.3.4'), administration, kubernetesSource('cmd/kube-controller-manager/app/service_accounts.go')],
  notApplicable: ({ node }) =>
    externalSigner(requireComponent(node, 'kube-apiserver'))
      ? `--${ENDPOINT} is set: an external signer holds the keys.`
      : undefined,
  evaluate: ({ node }) => {
    const owner = component(node, 'kube-controller-manager');
    if (owner === undefined) {
      return notAssessed(`${notInInput('kube-controller-manager', node)}.`);
    }
    const shown = [evidence(owner, CONTROLLER_MANAGER_KEY)];
    const signing = settingMaterial(node, owner, CONTROLLER_MANAGER_KEY);
    if (signing === undefined) {
      return owner.version !== undefined && atLeast(owner.version, '1.24')
        ? pass(
            `--${CONTROLLER_MANAGER_KEY} is not set, so no long-lived tokens are made for Secrets; pods do not need them.`,
            shown,
          )
        : warn(
            `--${CONTROLLER_MANAGER_KEY} is not set, so service accounts get no token Secrets, on which this version still relies.`,
            shown,
            {
              severity: 'medium',
              impact: 'availability',
              headline: 'no key for token Secrets',
            },
          );
    }
    const apiserver = requireComponent(node, 'kube-apiserver');
    return (
      judgeSigner(node, apiserver, signing, 'the controller manager') ??
      notApplicable('The API server has no verifying key to compare with; see sa-key-file-explicit.')
    );
  },
};

const keyFileExplicit: Check = {
  id: 'sa-key-file-explicit',
  title: 'The keys that service account tokens are verified with are set',
  severity: 'medium',
  impact: 'both',
  versions: 'all; unset means the serving key up to 1.19, and no start from 1.20 on',
  remediation: `Set --${KEY_FILE} to the public key of the service accounts (kubeadm: /etc/kubernetes/pki/sa.pub), or use --${ENDPOINT} alone.`,
  references: [cis('1.2.22'), optionsSource],
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, KEY_FILE)];
    const written = keyFilesWritten(apiserver);
    if (externalSigner(apiserver)) {
      const both = [KEY_FILE, SIGNING_KEY].filter((flag) => (flag === KEY_FILE ? written : isSet(apiserver, flag)));
      return both.length === 0
        ? pass(`The signer at ${text(apiserver, ENDPOINT)} names the keys.`, [evidence(apiserver, ENDPOINT)])
        : fail(
            `--${ENDPOINT} excludes ${enumerate(both.map((flag) => `--${flag}`))}: the API server does not start.`,
            evidences(apiserver, ENDPOINT, ...both),
            {
              severity: 'high',
              impact: 'availability',
              headline: `--${ENDPOINT} beside key files`,
            },
          );
    }
    if (written) return pass(`Tokens are verified with ${enumerate(list(apiserver, KEY_FILE))}.`, shown);
    return demandsKeys(apiserver)
      ? fail(`--${KEY_FILE} is not set, which the API server requires: it does not start.`, shown, {
          severity: 'high',
          impact: 'availability',
          headline: `--${KEY_FILE} not set`,
        })
      : warn(
          `--${KEY_FILE} is not set, so the key of the serving certificate verifies tokens: renewing that certificate with a new key ends every token.`,
          shown,
          {
            headline: `--${KEY_FILE} not set`,
          },
        );
  },
};

const keyStrength: Check = {
  id: 'sa-key-strength',
  title: 'The keys of service account tokens are strong enough',
  severity: 'medium',
  impact: 'security',
  versions: 'all; Ed25519 is not supported',
  remediation: `Make a new pair (\`openssl genrsa -out sa.key 3072\`), add its public half with a second --${KEY_FILE} on every API server, then switch --${SIGNING_KEY} and --${CONTROLLER_MANAGER_KEY} to it, and remove the old key when its tokens have ended.`,
  references: [kubernetesSource('pkg/serviceaccount/jwt.go'), administration],
  notApplicable: ({ node }) =>
    externalSigner(requireComponent(node, 'kube-apiserver'))
      ? `--${ENDPOINT} is set: an external signer holds the keys.`
      : undefined,
  evaluate: ({ node }) => {
    const files = [...signingKeyFiles(node), ...verifyingFiles(node, requireComponent(node, 'kube-apiserver'))];
    const seen = new Set<string>();
    const findings = files.flatMap((file) =>
      publicKeysIn(file).flatMap((key) => {
        if (seen.has(key.spkiSha256)) return [];
        seen.add(key.spkiSha256);
        return judgeStrength(key, file) ?? [];
      }),
    );
    if (findings.length > 0) return findings;
    const unread = files.find(({ nodeFile }) => nodeFile?.state === 'unavailable');
    if (unread?.nodeFile?.state === 'unavailable') return notAssessed(`${unread.nodeFile.message}.`, [unread.evidence]);
    return seen.size > 0
      ? pass(
          'The keys of service account tokens are strong enough.',
          files.map((file) => file.evidence),
        )
      : notAssessed('No key of service account tokens could be read; see sa-key-pair-match.');
  },
};

function judgeStrength(
  { algorithm, bits, curve }: PublicKey,
  { file, evidence: shown }: Material,
): Finding | undefined {
  if (algorithm === 'RSA' && bits !== undefined && bits < 2048) {
    const message = `${file} is an RSA key of ${bits} bits`;
    return bits < 1024
      ? fail(`${message}: it can be broken, and Kubernetes from 1.33 on (Go 1.24) refuses it.`, [shown], {
          severity: 'high',
          impact: 'both',
          headline: `token key: RSA ${bits} bits`,
        })
      : warn(
          `${message}, less than the 2048 bits that are taken for safe: who breaks it can be any service account.`,
          [shown],
          {
            headline: `token key: RSA ${bits} bits`,
          },
        );
  }
  const supported =
    algorithm === 'RSA' ||
    (algorithm === 'ECDSA' && (curve === undefined || ['prime256v1', 'secp384r1', 'secp521r1'].includes(curve)));
  return supported
    ? undefined
    : fail(
        `${file} is a key of type ${algorithm}${curve === undefined ? '' : ` on ${curve}`}; tokens are signed with RSA or ECDSA (P-256, P-384, P-521) only.`,
        [shown],
        {
          severity: 'high',
          impact: 'availability',
          headline: `token key: ${algorithm} is not supported`,
        },
      );
}

const issuer: Check = {
  id: 'sa-issuer',
  title: 'The issuer of service account tokens is an https URL',
  severity: 'medium',
  impact: 'both',
  versions: 'all; required from 1.20 on; the first of several signs',
  remediation:
    'Set --service-account-issuer to an https URL (kubeadm: https://kubernetes.default.svc.<domain>); to change it, put the new value first and keep the old one as a second --service-account-issuer (1.22+) until its tokens have ended.',
  references: [docs, optionsSource, kubernetesDocs('reference/command-line-tools-reference/kube-apiserver/')],
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, 'service-account-issuer')];
    const issuers = list(apiserver, 'service-account-issuer');
    const [first] = issuers;
    const broken = (message: string, headline: string): Finding =>
      fail(`${message}: the API server does not start.`, shown, { severity: 'high', impact: 'availability', headline });
    if (first === undefined) {
      return demandsKeys(apiserver)
        ? broken('--service-account-issuer is not set', '--service-account-issuer not set')
        : warn(
            '--service-account-issuer is not set, so pods get tokens that never end and are bound to no pod.',
            shown,
            {
              headline: 'no bound service account tokens',
            },
          );
    }
    if (issuers.includes('')) return broken('An issuer is the empty string', 'empty --service-account-issuer');
    if (new Set(issuers).size < issuers.length)
      return broken('An issuer is given twice', '--service-account-issuer given twice');
    if (/^https:\/\//i.test(first)) return pass(`Tokens are issued as ${first}.`, shown);
    return /^http:\/\//i.test(first)
      ? warn(
          `The issuer ${first} is a plain http URL: whoever verifies tokens by discovery fetches the keys without TLS.`,
          shown,
          {
            headline: 'issuer is plain http',
          },
        )
      : warn(
          `The issuer ${first} is no https URL, so nothing outside the API server can verify tokens by OpenID Connect discovery.`,
          shown,
          {
            headline: 'issuer is no https URL',
            impact: 'availability',
          },
        );
  },
};

const lookup: Check = {
  id: 'sa-lookup',
  title: 'Tokens of deleted service accounts are refused',
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means true',
  remediation: 'Remove --service-account-lookup=false from /etc/kubernetes/manifests/kube-apiserver.yaml.',
  references: [cis('1.2.21'), kubernetesDocs('reference/command-line-tools-reference/kube-apiserver/')],
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, 'service-account-lookup')];
    return bool(apiserver, 'service-account-lookup') === false
      ? warn(
          '--service-account-lookup is false: a token outlives the Secret and the service account that it was made for.',
          shown,
          {
            headline: 'tokens of deleted accounts accepted',
          },
        )
      : pass('A token counts only while its service account exists.', shown);
  },
};

/** Settings that name keys of service accounts. */
const OWN_SETTINGS: readonly string[] = [KEY_FILE, SIGNING_KEY, CONTROLLER_MANAGER_KEY];

const sameKeyAsTLS: Check = {
  id: 'sa-same-key-as-tls',
  title: 'No certificate has the key of the service account tokens',
  severity: 'medium',
  impact: 'security',
  versions: 'all',
  remediation: `Make a key pair of its own for --${SIGNING_KEY} and --${KEY_FILE}: whoever gets a key that also serves TLS can sign a token for any service account.`,
  references: [kubernetesDocs('setup/best-practices/certificates/'), administration],
  notApplicable: ({ node }) =>
    externalSigner(requireComponent(node, 'kube-apiserver'))
      ? `--${ENDPOINT} is set: an external signer holds the keys.`
      : undefined,
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    if (!keyFilesWritten(apiserver) && !isSet(apiserver, SIGNING_KEY)) {
      return notApplicable('The serving key verifies tokens because no other is set; see sa-key-file-explicit.');
    }
    const files = [...signingKeyFiles(node), ...verifyingFiles(node, apiserver)];
    const keys = new Map(
      files.flatMap((file) => publicKeysIn(file).map(({ spkiSha256 }) => [spkiSha256, file] as const)),
    );
    const shared = tlsCertificates(node, files).flatMap((certificate) => {
      const file = keys.get(certificate.publicKey.spkiSha256);
      return file === undefined ? [] : [{ certificate, file }];
    });
    const [first] = shared;
    if (first !== undefined) {
      return warn(
        `${first.file.file} is also the key of ${enumerate([...new Set(shared.map(({ certificate }) => located(certificate)))])}: whoever has it can sign a token for any service account.`,
        [first.file.evidence, ...shared.map(({ certificate }) => certificateEvidence(certificate))],
        { headline: 'token key is also a TLS key' },
      );
    }
    return keys.size > 0
      ? pass('The key of the service account tokens is in no certificate.', evidenceOf(files))
      : notAssessed('No key of service account tokens could be read; see sa-key-pair-match.', evidenceOf(files));
  },
};

function evidenceOf(files: readonly Material[]): readonly Evidence[] {
  return files.map((file) => file.evidence);
}

/** Every certificate of the node, without those that only carry the key of the service accounts. */
function tlsCertificates(node: NodeModel, files: readonly Material[]) {
  const own = new Set(files.map(({ file }) => file));
  const inFiles = [...node.files.values()].flatMap((file) =>
    file.state === 'present' && (!own.has(file.path) || namedByOthers(node, file.path)) ? file.pem.certificates : [],
  );
  const embedded = [...node.kubeconfigs.values()].flatMap(({ cluster, user }) => [
    ...(cluster?.certificateAuthorities ?? []),
    ...(user?.certificates ?? []),
  ]);
  const seen = new Set<string>();
  return [...inFiles, ...embedded].filter(({ sha256 }) => {
    if (seen.has(sha256)) return false;
    seen.add(sha256);
    return true;
  });
}

function namedByOthers(node: NodeModel, path: string): boolean {
  return [...node.components.values()].some((owner) =>
    [...owner.settings.values()].some(
      ({ name, value }) =>
        !OWN_SETTINGS.includes(name) && typeof value === 'string' && pathOnNode(owner, value) === path,
    ),
  );
}

function pathOnNode(owner: Component, path: string): string | undefined {
  if (!path.startsWith('/')) return undefined;
  const translated = owner.nodePath(path);
  return 'path' in translated ? translated.path : undefined;
}

/** What decides whether the API server accepts a pod's token. */
export const SERVICE_ACCOUNT_CHECKS: readonly Check[] = [
  keyPairMatch,
  controllerManagerKey,
  keyFileExplicit,
  keyStrength,
  issuer,
  lookup,
  sameKeyAsTLS,
];

/** The STIG on the CA that pods get, beside the CIS item. */
export const ROOT_CA_REFERENCES = [
  cis('1.3.5'),
  stig('CNTR-K8-001430'),
  kubernetesSource('cmd/kube-controller-manager/app/certificates.go'),
];
