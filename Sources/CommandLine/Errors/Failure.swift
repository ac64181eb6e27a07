import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistExperiments
import OptimistInference
import OptimistModels
import OptimistPlanning
import OptimistReports
import OptimistTorch

/// What the user is told of an error: a sentence and an exit code. The one place where errors of
/// all rooms become exit codes.
struct Failure {
    let code: ExitStatus
    let sentence: String

    init(_ error: any Error) {
        code = Failure.code(of: error)
        let text = "\(error)"
        sentence = code == .software ? "unexpected error, please report it: \(text)" : text
    }

    private static func code(of error: any Error) -> ExitStatus {
        switch error {
        case is UsageError, is ConfigurationError, is PropagationError, is StatisticsError: .usage
        case let error as RunError: code(of: error)
        case let error as FileError: code(of: error)
        case let error as StoreError: code(of: error)
        case let error as AgentError: code(of: error)
        case let error as ExpertError: code(of: error)
        case let error as CollectorError: code(of: error)
        case let error as EnvironmentError: code(of: error)
        case let error as GymnasiumError: code(of: error)
        case let error as ArchiveError: code(of: error)
        case let error as WriterError: code(of: error)
        case is ModelError, is PlanningError: .notFinite
        case is ReplayError, is ArrayFileError: .data
        case is EngineError: .unavailable
        case let error as PictureConverterError: code(of: error)
        case is FileContentsError: .data
        case let error as ModelInputError: error.status
        case let error as SeriesError: error.status
        default: .software
        }
    }

    private static func code(of error: RunError) -> ExitStatus {
        switch error {
        case .exists: .cannotCreate
        case .missing, .noCheckpoint: .missingInput
        case .damaged, .checkpoint, .notDeleted, .format, .algorithm: .data
        case .differs: .usage
        case .locked: .locked
        case .noDevice: .unavailable
        case .interrupted, .diverging: .stopped
        }
    }

    private static func code(of error: FileError) -> ExitStatus {
        switch error {
        case .missing: .missingInput
        case .permission: .permission
        case .full, .transfer: .inputOutput
        case .tooLarge: .data
        case .creating: .cannotCreate
        }
    }

    private static func code(of error: StoreError) -> ExitStatus {
        switch error {
        case .locked: .locked
        case .full: .inputOutput
        case .damaged: .data
        }
    }

    private static func code(of error: AgentError) -> ExitStatus {
        switch error {
        case .unsuitable: .usage
        case .notFinite: .notFinite
        case .archive: .data
        }
    }

    private static func code(of error: ExpertError) -> ExitStatus {
        switch error {
        case .unscripted: .usage
        case .missing: .missingInput
        case .empty, .layout, .tooLarge: .data
        }
    }

    private static func code(of error: CollectorError) -> ExitStatus {
        switch error {
        case .notFinite: .notFinite
        case .copies: .data
        }
    }

    private static func code(of error: EnvironmentError) -> ExitStatus {
        switch error {
        case .unknownEnvironment, .unknownArgument, .repeatedArgument, .badArgument, .cannotWrap:
            .usage
        default: .software
        }
    }

    private static func code(of error: GymnasiumError) -> ExitStatus {
        switch error {
        case .badName, .badArgument, .unknownEnvironment, .refusedArguments, .unsupportedSpace,
            .noTable:
            .usage
        case .pythonNotFound, .pythonNotStarted, .gymnasiumMissing, .packageMissing,
            .moduleFailed, .notMade, .cannotDraw:
            .unavailable
        case .workerDied, .workerHung, .raised, .wrongObservation, .protocolViolation, .system:
            .worker
        case .notFinite: .notFinite
        case .outsideSpace: .software
        }
    }

    private static func code(of error: ArchiveError) -> ExitStatus {
        switch error {
        case .unreadable: .missingInput
        case .unwritable: .inputOutput
        default: .data
        }
    }

    private static func code(of error: WriterError) -> ExitStatus {
        switch error {
        case .cannotCreate: .cannotCreate
        case .cannotOpen: .missingInput
        case .writeFailed: .inputOutput
        case .shorterThanCheckpoint: .data
        }
    }

    private static func code(of error: PictureConverterError) -> ExitStatus {
        switch error {
        case .programMissing: .unavailable
        case .unknownKind: .usage
        case .cannotWrite: .cannotCreate
        case .failed: .software
        }
    }
}
