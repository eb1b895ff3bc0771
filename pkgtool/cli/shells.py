"""Scripts that make shells ask `pkgtool __complete` what may stand under the cursor.

Each script knows nothing but the protocol of `cli.complete`; `PROGRAM` and `COMPLETE` are put in
for the program's name and the command that answers.
"""

BASH = r"""# bash completion for PROGRAM; source it, or put it into /etc/bash_completion.d
__PROGRAM_complete() {
    local cur words cword out directive line
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n "=:" cur words cword
    else
        words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]}
    fi
    out=$("${words[0]/#\~/$HOME}" COMPLETE "${words[@]:1:cword}" 2>/dev/null) || return
    directive=${out##*:} out=${out%:*}
    COMPREPLY=()
    local -a lines=()
    while IFS= read -r line; do
        [[ -z $line || $line == _activeHelp_* ]] && continue
        [[ $line == "${cur#--*=}"* ]] && lines+=("$line")
    done <<<"$out"
    for line in "${lines[@]}"; do
        # Descriptions are shown where there is a choice, and never typed.
        if ((${#lines[@]} > 1)) && [[ $line == *$'\t'* && $COMP_TYPE != 37 && $COMP_TYPE != 42 ]]; then
            COMPREPLY+=("$(printf '%-24s (%s)' "${line%%$'\t'*}" "${line#*$'\t'}")")
        else
            COMPREPLY+=("${line%%$'\t'*}")
        fi
    done
    ((directive & 2)) && compopt -o nospace 2>/dev/null
    ((directive & 4)) || [[ ${#lines[@]} -gt 0 ]] || compopt -o default 2>/dev/null
    declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$cur"
    return 0
}
complete -F __PROGRAM_complete PROGRAM
"""

ZSH = r"""#compdef PROGRAM
# zsh completion for PROGRAM; source it, or put it as _PROGRAM into a folder of $fpath
__PROGRAM_complete() {
    local out directive line word
    local -a choices space
    out=$("${words[1]/#\~/$HOME}" COMPLETE "${(@)words[2,CURRENT]}" 2>/dev/null) || return
    directive=${out##*:} out=${out%:*}
    for line in "${(@f)out}"; do
        [[ -z $line || $line == _activeHelp_* ]] && continue
        word=${${line%%$'\t'*}//:/\\:}
        [[ $line == *$'\t'* ]] && word+=":${line#*$'\t'}"
        choices+=("$word")
    done
    ((directive & 2)) && space=(-S '')
    (($#choices)) && _describe -V PROGRAM choices $space
    ((directive & 4 || $#choices)) || _files
}
if [[ $funcstack[1] == _PROGRAM ]]; then
    __PROGRAM_complete
else
    compdef __PROGRAM_complete PROGRAM
fi
"""

FISH = r"""# fish completion for PROGRAM; source it, or put it into ~/.config/fish/completions
function __PROGRAM_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l out ($before[1] COMPLETE $before[2..-1] "$current" 2>/dev/null)
    or return
    set -l directive (string replace -r '^:' '' -- $out[-1])
    set -l lines (string match -v -r '^(_activeHelp_ |$)' -- $out[1..-2])
    if test (count $lines) -gt 0
        printf '%s\n' $lines
    else if test (math "bitand($directive, 4)") -eq 0
        __fish_complete_path "$current"
    end
end
complete -c PROGRAM -e
complete -c PROGRAM -f -k -a '(__PROGRAM_complete)'
"""

POWERSHELL = r"""# PowerShell completion for PROGRAM; put it into your profile
Register-ArgumentCompleter -Native -CommandName 'PROGRAM' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $words = @($CommandAst.CommandElements | Where-Object {
        $_.Extent.StartOffset -lt $CursorPosition
    } | ForEach-Object { $_.ToString() })
    if ($WordToComplete -eq '') {
        # Older versions drop an argument that is empty.
        $words += $(if ($PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { '' })
    }
    $program, $rest = $words
    $out = @(& $program COMPLETE @rest 2>$null)
    if ($out.Count -eq 0) { return }
    $out[0..($out.Count - 1)] | Where-Object {
        $_ -ne '' -and $_ -notlike '_activeHelp_*' -and $_ -notmatch '^:[0-9]+$'
    } | ForEach-Object {
        $word, $description = $_ -split "`t", 2
        if ($word -like "$WordToComplete*") {
            $tip = $(if ($description) { $description } else { $word })
            [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $tip)
        }
    }
}
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH, "powershell": POWERSHELL}


def completion_script(shell: str, program: str, *, descriptions: bool) -> str:
    """Return the script for `shell` that completes `program`.

    Raises:
        KeyError: There is none for that shell.
    """
    answering = "__complete" if descriptions else "__completeNoDesc"
    return SCRIPTS[shell].replace("PROGRAM", program).replace(" COMPLETE ", f" {answering} ")
