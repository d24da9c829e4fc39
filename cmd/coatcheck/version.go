package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v3"
)

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "say which version this is",
		Action: noArguments(func(_ context.Context, command *cli.Command) error {
			_, err := fmt.Fprintln(command.Root().Writer, "coatcheck", version())
			return err
		}),
	}
}

// version is as the Go toolchain noted it in the program: of a release, of a
// commit, or "(devel)".
func version() string {
	text := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		text = info.Main.Version
	}
	return fmt.Sprintf("%s, %s, %s/%s", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
