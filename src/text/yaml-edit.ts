/** The door to the parts of the YAML library that change a document and keep its comments. */
export { isMap, isScalar, LineCounter, parseDocument, stringify } from 'yaml';

/** Whether two parsed values are the same, whatever the order of keys. */
export { isDeepStrictEqual as sameContents } from 'node:util';
