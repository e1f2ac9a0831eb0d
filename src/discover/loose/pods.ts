/** Pods as `kubectl get pods -o yaml` or `-o json` prints them: mirror pods of static pods, one or in a list. */
import { asList, asMapping, asText, readYaml } from '../../text/yaml.ts';
import type { YamlDocument } from '../../text/yaml.ts';
import { readPodDocument } from '../static-pod.ts';
import type { StaticPodResult } from '../static-pod.ts';

/** More than a control plane's namespace has. */
const MAX_PODS = 500;

/**
 * Reads every pod of a list, with the lines of the list.
 * @param nodeName only the pods of this node; undefined: of all
 */
export function readPodList(text: string, file: string, nodeName?: string): readonly StaticPodResult[] {
  const yaml = readYaml(text);
  if (!yaml.ok) {
    const { line } = yaml;
    const message = `${line === undefined ? file : `${file}:${line}`} is not YAML or JSON: ${yaml.message}`;
    const position = { file, ...(line === undefined ? {} : { line }) };
    return [{ ok: false, problem: { code: 'unparsable-manifest', subject: file, ...position, message } }];
  }
  return yaml.documents.flatMap((document) => {
    const items = asList(asMapping(document.value)?.items);
    let pods = 0;
    return items.flatMap((item, index): readonly StaticPodResult[] => {
      const kind = asText(asMapping(item)?.kind);
      // A PodList leaves out what its items are.
      if (kind !== undefined && kind !== 'Pod') return [];
      if (nodeName !== undefined && asMapping(asMapping(item)?.spec)?.nodeName !== nodeName) return [];
      // Of an export of everything the pods may stand anywhere.
      return ++pods > MAX_PODS ? [] : [readPodDocument(within(document, item, index), file, text)];
    });
  });
}

function within(document: YamlDocument, item: unknown, index: number): YamlDocument {
  return {
    value: { apiVersion: 'v1', kind: 'Pod', ...asMapping(item) },
    duplicateKeys: [],
    line: (path) => document.line(['items', index, ...path]),
  };
}
