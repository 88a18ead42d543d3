"""The scripts by which bash, zsh and fish complete, and what each of these asks and is answered."""

from __future__ import annotations

import os
from typing import Any

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

JOINTS = ("=", ":")  # bash takes them for words of their own
# click's own has no quotes around values, and a space behind `KEY=`.
BASH = """\
%(complete_func)s() {
    local kind value answer
    COMPREPLY=()
    answer=$(IFS=$'\\n'; COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            plain)
                COMPREPLY+=("$value")
                case $value in *[=:.]) compopt -o nospace 2>/dev/null ;; esac ;;
        esac
    done <<< "$answer"
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""
# click's own has a space behind `KEY=`, and loses a value behind `--set=`.
ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local kind value text
    local -a answer described plain open unfinished
    (( $+commands[%(prog_name)s] )) || return 1
    answer=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \\
        %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for kind value text in $answer; do
        case $kind in
            dir) _path_files -/ ;;
            file) _path_files ;;
            plain)
                case $value in
                    *[=.:]) [[ $text == _ ]] && unfinished+=("$value") || open+=("$value:$text") ;;
                    *) [[ $text == _ ]] && plain+=("$value") || described+=("$value:$text") ;;
                esac ;;
        esac
    done
    (( $#open )) && _describe -V more open -U -S ''
    (( $#described )) && _describe -V described described -U
    (( $#unfinished )) && compadd -U -S '' -V unfinished -a unfinished
    (( $#plain )) && compadd -U -V plain -a plain
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
# click's own cuts values at their first comma.
FISH = """\
function %(complete_func)s
    set -l before (commandline -cp | string collect)
    set -l word (commandline -ct | string collect)
    for line in (env %(complete_var)s=fish_complete COMP_WORDS="$before" COMP_CWORD="$word" %(prog_name)s 2>/dev/null)
        set -l part (string split -m 1 , -- $line)
        switch $part[1]
            case dir
                __fish_complete_directories "$word"
            case file
                __fish_complete_path "$word"
            case plain
                echo $part[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


def _option(word: str) -> str:
    """The option that WORD begins with, and its `=`, which click leaves out of what it offers; "" if there is none."""
    option, equals, _ = word.partition("=")
    return option + equals if equals and option.startswith("--") else ""


class Bash(BashComplete):
    """bash, in which `--set port=80` is four words."""

    source_template = BASH

    def source(self) -> str:
        """The script; what bash it is for is not asked for."""
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is completed, and that one."""
        words = os.environ["COMP_WORDS"].split("\n")[: int(os.environ["COMP_CWORD"]) + 1]
        joined = [""]
        for word in words:
            if word in JOINTS or joined[-1].endswith(JOINTS):
                joined[-1] += word
            else:
                joined.append(word)
        plain = [(split_arg_string(word) or [word])[0] for word in joined[1:]]
        self._kept = max((plain[-1].rfind(joint) + 1 for joint in JOINTS), default=0)
        self._option = _option(plain[-1])
        return plain[1:-1], plain[-1]

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """The part of the value that bash replaces."""
        return f"{item.type},{(self._option + item.value)[self._kept :]}"


class _Whole(ShellComplete):
    """A shell of which click takes `--set=port=80` apart: the word that is replaced has the option in it."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is completed, and that one."""
        before, word = super().get_completion_args()
        self._option = _option(word)
        return before, word

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """The value as the word that it makes."""
        item.value = self._option + item.value
        return super().format_completion(item)


class Zsh(_Whole, ZshComplete):
    """zsh, which is told not to close a word after `KEY=`."""

    source_template = ZSH


class Fish(_Whole, FishComplete):
    """fish, which takes what is said after a tabulator for the meaning."""

    source_template = FISH


for _shell in (Bash, Zsh, Fish):
    add_completion_class(_shell)
