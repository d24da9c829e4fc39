//go:build unix && !linux

package servers

import "syscall"

// endWithParent can't do anything here: a test that is killed leaves its servers
// running.
func endWithParent(*syscall.SysProcAttr) {}
