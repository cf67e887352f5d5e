#!/bin/sh
# Starts the program of the Python package pottsmodel @VERSION@, which lies in the package's folder.
#
# A script, since a wheel holds no links and a second copy of the program would double it, and one of the shell, since Python takes ten times
# as long to start. POTTSMODEL_WHICH=1 in the environment prints the path of the program instead.

here=$0
case $here in */*) ;; *) here=./$here ;; esac
# pipx and others make links to the command.
while [ -h "$here" ]; do
    link=$(readlink "$here")
    case $link in /*) here=$link ;; *) here=${here%/*}/$link ;; esac
done
folder=${here%/*}

# Folders of packages beside that of commands: of an environment, a user or a system; and that of `pip install --target`.
for program in "$folder"/../lib*/py*/*-packages/pottsmodel/bin/potts "$folder"/../pottsmodel/bin/potts; do
    # One prefix may hold several versions of Python, each with its own packages.
    if [ -d "${program%/bin/potts}-@VERSION@.dist-info" ] && [ -x "$program" ]; then
        if [ -n "${POTTSMODEL_WHICH:-}" ]; then
            printf '%s\n' "$program"
            exit
        fi
        exec "$program" "$@"
    fi
done

# Anywhere else, Python knows where.
for python in "$folder/python3" "$folder/python" python3 python; do
    if "$python" -c 'import pottsmodel' 2>/dev/null; then
        if [ -n "${POTTSMODEL_WHICH:-}" ]; then
            exec "$python" -W ignore -c 'import pottsmodel; print(pottsmodel.program())'
        fi
        exec "$python" -m pottsmodel "$@"
    fi
done
echo "potts: the Python package pottsmodel @VERSION@, which holds the program, is not to be found from $folder: install it again" >&2
exit 127
