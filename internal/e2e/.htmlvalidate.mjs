// What the pages are held to: the recommended rules, except where one asks for what the site does otherwise on purpose.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // The generator writes <!doctype html>; HTML does not care about the case.
    "doctype-style": "off",
    // A title holds a deployment's name, and names are as long as people make them.
    "long-title": "off",
    // Readmes align table cells with align: the alternative, a style attribute, is what the content policy forbids.
    "no-deprecated-attr": "off",
    // A readme's text keeps the blanks it came with.
    "no-trailing-whitespace": "off",
    // The API token is no password of this site: a password manager must neither keep nor offer one here.
    "autocomplete-password": "off",
    // A rendered readme writes hidden="", which is the same attribute.
    "attribute-empty-style": "off",
  },
};
