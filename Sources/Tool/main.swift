import OptimistCommandLine

optimistMain()
