from playrec_core.commands.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
