# SPDX-License-Identifier: GPL-3.0-or-later
complete -c enclave -l help -d 'Show the options'
complete -c enclave -l version -d 'Show the version'
complete -c enclave -s n -l new-window -d 'Open a new window'
complete -c enclave -s s -l standalone -d 'Start apart from an Enclave that runs already'
complete -c enclave -l unsealed -d 'Leave the network of the window’s process open'
complete -c enclave -l check-start -d 'Open the window, close it once it is drawn'
