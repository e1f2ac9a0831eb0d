/** The door to the parts of the YAML library that change a document and keep its comments. */
export { isMap, isScalar, LineCounter, parseDocument, stringify } from 'yaml';
