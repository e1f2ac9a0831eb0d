/** Configuration files that flags of the API server name: whether there is one, and whether it starts with it. */
import type { ConfigFile, NodeModel } from '../../src/model/node.ts';
import type { Applicability, Check, CheckContext, Evidence, Finding, Reference } from '../../src/model/path.ts';
import type { Position } from '../../src/model/setting.ts';
import { component, evidence, isSet, requireComponent } from './access.ts';
import { noApiserver } from './elsewhere.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { settles } from './unread.ts';

export interface NamedFile {
  readonly flag: string;
  readonly config: (node: NodeModel) => ConfigFile<{ readonly file: string }>;
}

/**
 * A path that exists where the API server has one of some files.
 * @param what what the files set up, as the subject of a sentence
 */
export function appliesWithFiles(node: NodeModel, files: readonly NamedFile[], what: string): Applicability {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined) return noApiserver(node);
  return files.some(({ flag }) => isSet(apiserver, flag))
    ? { kind: 'applies' }
    : {
        kind: 'not-applicable',
        reason: `${what} is off: ${files.map(({ flag }) => `--${flag}`).join(', ')} not set.`,
      };
}

/** A field of a configuration file, for the report. */
export function fieldEvidence(setting: string, value: Evidence['value'], position: Position): Evidence {
  return { setting, value, origin: 'config-file', ...position };
}

/** Whether the API server starts with the file. */
export function configFileCheck(
  words: Pick<Check, 'id' | 'title' | 'versions'> & { readonly references: readonly Reference[] },
  { flag, config }: NamedFile,
): Check {
  return {
    ...words,
    severity: 'high',
    impact: 'availability',
    remediation: `Correct the file that --${flag} names at the line that is told, and restart the API server; \`crictl logs\` of the container names the fault.`,
    notApplicable: ({ node }) => (config(node).state === 'unset' ? `--${flag} is not set.` : undefined),
    evaluate: ({ node }) => {
      const found = config(node);
      const apiserver = requireComponent(node, 'kube-apiserver');
      const shown = [evidence(apiserver, flag)];
      if (found.state === 'read' && found.ignored !== undefined) {
        const { file } = found.config;
        return found.ignored.map(({ message, line }): Finding => {
          const position = { file, ...(line === undefined ? {} : { line }) };
          return warn(
            `${file}${line === undefined ? '' : `:${line}`}: ${message}; a later version does not start with it.`,
            [...shown, fieldEvidence('file', file, position)],
            {
              severity: 'medium',
              headline: `--${flag}: a field without effect`,
              remediation: `Correct or remove the field in the file that --${flag} names before the upgrade to a version that refuses it: names and their case are those of the kind's reference.`,
            },
          );
        });
      }
      if (found.state !== 'unreadable') return pass(`The API server takes the file that --${flag} names.`, shown);
      const line = found.line === undefined ? {} : { line: found.line };
      const at = fieldEvidence('file', found.file, { file: found.file, ...line });
      return found.refused === true
        ? fail(`${found.message}, so the API server does not start.`, [...shown, at], {
            headline: `--${flag}: does not start`,
          })
        : notAssessed(`${found.message}.`, shown, { remediation: settles(found) });
    },
  };
}

/**
 * Asks something of a file that was read. Where it could not be read the answer is not known; where the API server does
 * not start with it, its own check says so.
 * @param why what to say where the file says nothing about the question; undefined where it does
 */
export function ofFile<T>(
  config: (node: NodeModel) => ConfigFile<T>,
  why: (config: T, context: CheckContext) => string | undefined,
  judge: (config: T, context: CheckContext) => Finding | readonly Finding[],
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    notApplicable: (context) => {
      const found = config(context.node);
      if (found.state === 'unset') return 'No such file is set.';
      if (found.state === 'unreadable')
        return found.refused === true ? 'The API server does not take the file.' : undefined;
      return why(found.config, context);
    },
    evaluate: (context) => {
      const found = config(context.node);
      if (found.state === 'unreadable') return notAssessed(`${found.message}.`, [], { remediation: settles(found) });
      return found.state === 'read' ? judge(found.config, context) : [];
    },
  };
}
