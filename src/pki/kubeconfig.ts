/** Kubeconfigs as client-go's tools/clientcmd resolves them: the current context and what it names. */
import type { PemContent, PemProblem, PrivateKey } from '../model/certificate.ts';
import type { Kubeconfig, KubeconfigCluster, KubeconfigMaterial, KubeconfigUser } from '../model/kubeconfig.ts';
import { fileMark, unrendered } from '../text/template.ts';
import { asList, asMapping, asText, readYaml } from '../text/yaml.ts';
import type { YamlDocument, YamlPath } from '../text/yaml.ts';
import { base64 } from './pem.ts';
import { readPem } from './content.ts';
import { resolvePath } from './path.ts';
import { serverAddress } from './server.ts';

export type KubeconfigResult =
  | { readonly ok: true; readonly kubeconfig: Kubeconfig }
  /** Not YAML, or no kubeconfig. */
  | { readonly ok: false; readonly message: string; readonly line?: number };

type Mapping = Readonly<Record<string, unknown>>;
type Problem = Kubeconfig['problems'][number];

/** Whether a parsed document is a kubeconfig: `kind: Config` of `v1`, or the lists that only a kubeconfig has. */
export function isKubeconfig(value: unknown): boolean {
  const root = asMapping(value);
  if (root === undefined) return false;
  if (root.kind !== undefined && root.kind !== 'Config') return false;
  return (
    Array.isArray(root.clusters) || Array.isArray(root.contexts) || (root.kind === 'Config' && root.apiVersion === 'v1')
  );
}

/** Lines of other fields: a token may look like anything, and is never printed. */
const DECIDES_NOTHING =
  /^(?!\s*(?:- )?(?:server|certificate-authority|client-certificate|client-key|tls-server-name):).*$/gm;

/**
 * Reads a kubeconfig in YAML or JSON. Tokens and passwords are noticed and dropped.
 * @param text the file
 * @param file its path on the node; relative paths inside it are resolved against its folder
 */
export async function readKubeconfig(text: string, file: string): Promise<KubeconfigResult> {
  const yaml = readYaml(text);
  if (!yaml.ok) return yaml;
  const mark = fileMark(text.replace(DECIDES_NOTHING, ''));
  if (mark !== undefined) return { ok: false, message: unrendered(mark), line: mark.line };
  const [document] = yaml.documents;
  if (document === undefined) return { ok: false, message: 'the file is empty, so it is no kubeconfig' };
  if (!isKubeconfig(document.value)) {
    return { ok: false, message: 'the file is no kubeconfig (kind: Config with clusters, users and contexts)' };
  }
  return { ok: true, kubeconfig: await new Reader(document, file).read() };
}

/** All that a kubeconfig holds, whatever its current context is. */
export interface KubeconfigEntries {
  readonly currentContext: string | undefined;
  readonly contexts: readonly { readonly name: string; readonly cluster: string; readonly user: string }[];
  readonly clusters: readonly KubeconfigCluster[];
  readonly users: readonly KubeconfigUser[];
  readonly pemProblems: readonly PemProblem[];
  readonly problems: Kubeconfig['problems'];
}

/** Reads every cluster and user of a document that is a kubeconfig. @param file as for {@link readKubeconfig} */
export async function readKubeconfigEntries(document: YamlDocument, file: string): Promise<KubeconfigEntries> {
  return await new Reader(document, file).entries();
}

class Reader {
  readonly #document: YamlDocument;
  readonly #root: Mapping;
  readonly #file: string;
  readonly #problems: Problem[] = [];
  readonly #pemProblems: PemProblem[] = [];

  constructor(document: YamlDocument, file: string) {
    this.#document = document;
    this.#root = asMapping(document.value) ?? {};
    this.#file = file;
  }

  async read(): Promise<Kubeconfig> {
    for (const { key, line } of this.#document.duplicateKeys) {
      this.#problem(`the key ${key} occurs more than once, and the last one counts; remove the others`, line);
    }
    const currentContext = asText(this.#root['current-context']);
    const context = this.#context(currentContext);
    const clusterEntry = context && this.#named('clusters', 'cluster', asText(context.value.cluster), context);
    const userEntry = context && this.#named('users', 'user', asText(context.value.user), context);
    const user = userEntry && (await this.#user(userEntry));
    const cluster = clusterEntry && (await this.#cluster(clusterEntry));
    return {
      file: this.#file,
      currentContext: currentContext === '' ? undefined : currentContext,
      cluster,
      user,
      pemProblems: this.#pemProblems,
      problems: this.#problems,
    };
  }

  async entries(): Promise<KubeconfigEntries> {
    // For what client-go has against the context that it would use.
    const { currentContext } = await this.read();
    this.#pemProblems.length = 0;
    const faults = [...this.#problems];
    const clusters: KubeconfigCluster[] = [];
    for (const entry of this.#all('clusters', 'cluster')) clusters.push(await this.#cluster(entry));
    const users: KubeconfigUser[] = [];
    for (const entry of this.#all('users', 'user')) users.push(await this.#user(entry));
    const contexts = this.#all('contexts', 'context').map(({ name, value }) => ({
      name,
      cluster: asText(value.cluster) ?? '',
      user: asText(value.user) ?? '',
    }));
    const problems = [...new Map([...faults, ...this.#problems].map((one) => [JSON.stringify(one), one])).values()];
    return { currentContext, contexts, clusters, users, pemProblems: this.#pemProblems, problems };
  }

  #all(list: string, field: string): readonly Entry[] {
    return asList(this.#root[list]).flatMap((item, index) => {
      const entry = asMapping(item);
      const name = asText(entry?.name);
      const value = asMapping(entry?.[field]);
      return name === undefined || value === undefined ? [] : [{ name, value, path: [list, index, field] }];
    });
  }

  #context(name: string | undefined): Entry | undefined {
    if (name === undefined || name === '') {
      // Without a name clientcmd takes an empty configuration and refuses it, or a pod's own inside a cluster.
      this.#problem(
        'it names no current-context, so a client that reads it has no cluster to talk to; set current-context',
      );
      return undefined;
    }
    const entry = this.#entry('contexts', 'context', name);
    if (entry === undefined) {
      this.#problem(
        `current-context is ${quote(name)}, and no context has that name; correct one of the two`,
        this.#line(['current-context']),
      );
    }
    return entry;
  }

  /** What a context names. */
  #named(
    list: 'clusters' | 'users',
    field: 'cluster' | 'user',
    name: string | undefined,
    context: Entry,
  ): Entry | undefined {
    const line = this.#line([...context.path, field]) ?? this.#line(context.path);
    if (name === undefined || name === '') {
      this.#problem(`the current context names no ${field}; add it`, line);
      return undefined;
    }
    const entry = this.#entry(list, field, name);
    if (entry === undefined) {
      const then = field === 'user' ? 'so the client is anonymous' : 'so the client has no server to talk to';
      this.#problem(
        `the current context names the ${field} ${quote(name)}, which is not in the file, ${then}; correct the name`,
        line,
      );
    }
    return entry;
  }

  /** An entry of a named list; clientcmd/api/v1/conversion.go refuses two of one name. */
  #entry(list: string, field: string, name: string): Entry | undefined {
    const matches = asList(this.#root[list])
      .map((item, index) => ({ item: asMapping(item), index }))
      .filter(({ item }) => item?.name === name);
    const [first, second] = matches;
    if (second !== undefined) {
      this.#problem(
        `${list} has the name ${quote(name)} more than once, so client-go does not read the file; remove the others`,
        this.#line([list, second.index]),
      );
    }
    return first && { name, value: asMapping(first.item?.[field]) ?? {}, path: [list, first.index, field] };
  }

  async #cluster(entry: Entry): Promise<KubeconfigCluster> {
    const { value, path } = entry;
    this.#checkTypes(entry, CLUSTER_FIELDS);
    const server = asText(value.server);
    if (server === undefined || server === '') {
      this.#problem(`the cluster ${quote(entry.name)} has no server; add it as https://HOST:PORT`, this.#line(path));
    }
    const certificateAuthority = this.#material(entry, 'certificate-authority');
    const content = await this.#embedded(entry, certificateAuthority);
    const address = serverAddress(server ?? '');
    if (address === undefined && server !== undefined && server !== '') {
      this.#problem(
        `the server ${quote(server)} is neither a URL nor HOST:PORT; write https://HOST:PORT`,
        this.#line([...path, 'server']),
      );
    }
    const insecure = value['insecure-skip-tls-verify'] === true;
    const tlsServerName = asText(value['tls-server-name']);
    const proxyURL = asText(value['proxy-url']);
    const serverLine = this.#line([...path, 'server']);
    const insecureLine = insecure ? this.#line([...path, 'insecure-skip-tls-verify']) : undefined;
    return {
      name: entry.name,
      server,
      ...(serverLine === undefined || server === undefined ? {} : { serverLine }),
      scheme: address?.scheme,
      host: address?.host,
      port: address?.port,
      tlsServerName: tlsServerName === '' ? undefined : tlsServerName,
      insecureSkipTLSVerify: insecure,
      ...(insecureLine === undefined ? {} : { insecureLine }),
      proxyURL: proxyURL === '' ? undefined : proxyURL,
      certificateAuthority,
      certificateAuthorities: content?.certificates ?? [],
    };
  }

  async #user(entry: Entry): Promise<KubeconfigUser> {
    const { value } = entry;
    this.#checkTypes(entry, USER_FIELDS);
    const clientCertificate = this.#material(entry, 'client-certificate');
    const clientKey = this.#material(entry, 'client-key');
    const certificate = await this.#embedded(entry, clientCertificate);
    const key = await this.#embedded(entry, clientKey);
    if (clientCertificate !== undefined && clientKey === undefined) {
      this.#problem(
        `the user ${quote(entry.name)} has a client certificate and no client-key, which client-go refuses; add the key`,
        clientCertificate.line,
      );
    }
    const tokenFile = asText(value.tokenFile);
    return {
      name: entry.name,
      clientCertificate,
      clientKey,
      certificates: certificate?.chain ?? [],
      privateKey: firstKey(key),
      hasToken: isSet(value.token),
      tokenFile: tokenFile === undefined || tokenFile === '' ? undefined : resolvePath(this.#file, tokenFile),
      hasBasicAuth: isSet(value.username) || isSet(value.password),
      hasExec: asMapping(value.exec) !== undefined,
      hasAuthProvider: asMapping(value['auth-provider']) !== undefined,
    };
  }

  /** The decoder takes no number for a text and no text for a boolean, and then leaves the whole file. */
  #checkTypes(entry: Entry, fields: ReadonlyMap<string, 'string' | 'boolean'>): void {
    for (const [field, type] of fields) {
      const value = entry.value[field];
      if (value === undefined || value === null || typeof value === type) continue;
      const wanted = type === 'boolean' ? 'true or false without quotes' : 'text; put it in quotes';
      this.#problem(
        `${field} has to be ${wanted}, or client-go does not read the file`,
        this.#line([...entry.path, field]),
      );
    }
  }

  /** A pair of fields `x` and `x-data`; the data wins, and clientcmd refuses a file that has both. */
  #material(entry: Entry, name: string): KubeconfigMaterial | undefined {
    const field = `${name}-data`;
    const data = entry.value[field];
    const path = asText(entry.value[name]);
    const hasPath = path !== undefined && path !== '';
    if (isSet(data)) {
      const line = this.#line([...entry.path, field]);
      if (hasPath)
        this.#problem(`${name} and ${field} are both set, which client-go refuses; remove one of them`, line);
      return { kind: 'embedded', field, ...(line === undefined ? {} : { line }) };
    }
    if (!hasPath) return undefined;
    const line = this.#line([...entry.path, name]);
    return { kind: 'file', path: resolvePath(this.#file, path), field: name, ...(line === undefined ? {} : { line }) };
  }

  async #embedded(entry: Entry, material: KubeconfigMaterial | undefined): Promise<PemContent | undefined> {
    if (material?.kind !== 'embedded') return undefined;
    const { field, line } = material;
    const text = asText(entry.value[field]);
    const data = text === undefined ? undefined : base64(text);
    if (data === undefined) {
      this.#problem(
        `${field} is not base64, so client-go does not read the file; encode the PEM with base64 -w0`,
        line,
      );
      return undefined;
    }
    const content = await readPem(data, { file: this.#file, ...(line === undefined ? {} : { line }) });
    for (const problem of content.problems) {
      // A client certificate is sent all the same: only a CA pool passes over headers.
      if (problem.code === 'headers' && field !== 'certificate-authority-data') continue;
      this.#pemProblems.push({
        ...problem,
        message: `${field}: ${problem.message.replace(/^the file /, 'the data ')}`,
      });
    }
    return content;
  }

  #line(path: YamlPath): number | undefined {
    return this.#document.line(path);
  }

  #problem(message: string, line?: number): void {
    this.#problems.push({ file: this.#file, ...(line === undefined ? {} : { line }), message });
  }
}

/** Fields of clientcmd/api/v1 Cluster and AuthInfo that are read here. */
const CLUSTER_FIELDS: ReadonlyMap<string, 'string' | 'boolean'> = new Map([
  ['server', 'string'],
  ['tls-server-name', 'string'],
  ['insecure-skip-tls-verify', 'boolean'],
  ['certificate-authority', 'string'],
  ['certificate-authority-data', 'string'],
  ['proxy-url', 'string'],
]);
const USER_FIELDS: ReadonlyMap<string, 'string' | 'boolean'> = new Map([
  ['client-certificate', 'string'],
  ['client-certificate-data', 'string'],
  ['client-key', 'string'],
  ['client-key-data', 'string'],
  ['token', 'string'],
  ['tokenFile', 'string'],
  ['username', 'string'],
  ['password', 'string'],
]);

interface Entry {
  readonly name: string;
  readonly value: Mapping;
  readonly path: YamlPath;
}

function firstKey(content: PemContent | undefined): PrivateKey | undefined {
  return content?.privateKeys[0];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function quote(text: string): string {
  return JSON.stringify(text);
}
