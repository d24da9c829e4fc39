package servers

import "syscall"

// endWithParent lets the kernel end the program when this process has ended.
func endWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
