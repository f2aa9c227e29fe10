import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Prec } from "@codemirror/state";
import { tags } from "@lezer/highlight";

/** The dark theme's own comments and names are too faint to read (WCAG 1.4.3). */
export const darkYaml = Prec.highest(
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.comment, tags.meta], color: "#b4bdcb" },
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "#f5a3ab" },
    ]),
  ),
);
