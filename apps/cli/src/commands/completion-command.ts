/** Shell completion, made from the commands themselves. */
import { Argument, type Command } from "commander";
import type { Surroundings } from "../context.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** Adds `completion`. */
export function addCompletionCommand(program: Command, { terminal }: Surroundings): void {
  program
    .command("completion")
    .description("prints a script that completes commands in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText(
      "after",
      '\nExamples:\n  source <(greenroom completion bash)\n  greenroom completion zsh > "$' +
        '{fpath[1]}/_greenroom"\n  greenroom completion fish > ~/.config/fish/completions/greenroom.fish\n',
    )
    .action((shell: (typeof shells)[number]) => terminal.line(scripts[shell](wordsOf(program))));
}

/** What may follow each command, by the command. */
type Words = ReadonlyMap<string, readonly string[]>;

function wordsOf(program: Command): Words {
  const words = new Map<string, string[]>();
  const add = (command: Command, path: string): void => {
    const options = [...command.options, ...program.options].flatMap(({ long }) => (long ? [long] : []));
    words.set(path, [...command.commands.map((each) => each.name()), ...new Set(options), "--help"]);
    for (const each of command.commands) add(each, path === "" ? each.name() : `${path} ${each.name()}`);
  };
  add(program, "");
  return words;
}

const bashCases = (words: Words): string =>
  [...words]
    .map(
      ([path, following]) => `    ${JSON.stringify(path)}) words=${JSON.stringify(following.join(" "))} ;;`,
    )
    .join("\n");

const scripts: Readonly<Record<(typeof shells)[number], (words: Words) => string>> = {
  bash: (words) => `_greenroom() {
  local path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${bashCases(words)}
  esac
  COMPREPLY=($(compgen -o default -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _greenroom greenroom`,
  zsh: (words) =>
    `#compdef greenroom
_greenroom() {
  local path="" words="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  local -a following
  case "$path" in
${[...words].map(([path, following]) => `    ${JSON.stringify(path)}) following=(${following.join(" ")}) ;;`).join("\n")}
  esac
  compadd -a following
  _files
}
compdef _greenroom greenroom`.replace('local path="" words="" word', 'local path="" word'),
  fish: (words) =>
    [...words]
      .map(([path, following]) => {
        const seen =
          path === ""
            ? "__fish_use_subcommand"
            : path
                .split(" ")
                .map((word) => `__fish_seen_subcommand_from ${word}`)
                .join("; and ");
        return `complete -c greenroom -n '${seen}' -a '${following.join(" ")}'`;
      })
      .join("\n"),
};
