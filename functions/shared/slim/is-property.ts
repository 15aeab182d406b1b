/**
 * What stands in the bundles for `is-property`: whether `object.name` can be written, for the row parsers that mysql2 generates. The
 * original knows every letter of Unicode, in 11 KB; a name with others is written `object["name"]`, which means the same. docs/adr/0012
 */
const isProperty = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);

export = isProperty;
