import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import it.unibz.inf.ontop.injection.OntopStandaloneSQLConfiguration;
import it.unibz.inf.ontop.rdf4j.repository.OntopRepository;
import it.unibz.inf.ontop.rdf4j.repository.OntopRepositoryConnection;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.rdf4j.model.Value;
import org.eclipse.rdf4j.query.QueryInterruptedException;
import org.eclipse.rdf4j.query.TupleQuery;
import org.eclipse.rdf4j.query.TupleQueryResult;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;
import org.slf4j.LoggerFactory;

/** Ontop as a peer: a mapping in R2RML over a DuckDB file, whose tables a third file describes. */
final class OntopSide implements Dialogue.Engine {
    private final OntopRepositoryConnection connection;

    private OntopSide(OntopRepositoryConnection connection) {
        this.connection = connection;
    }

    public static void main(String[] files) throws Exception {
        // it would log every step of every query, and that takes longer than most queries
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        new Dialogue().hold(() -> {
            OntopStandaloneSQLConfiguration configuration =
                    OntopStandaloneSQLConfiguration.defaultBuilder()
                            .r2rmlMappingFile(files[1])
                            .dbMetadataFile(files[2])
                            .jdbcUrl("jdbc:duckdb:" + files[0])
                            .jdbcDriver("org.duckdb.DuckDBDriver")
                            .jdbcUser("")
                            .jdbcPassword("")
                            .build();
            var repository = OntopRepository.defaultRepository(configuration);
            repository.init();
            return new OntopSide(repository.getConnection());
        });
    }

    @Override
    public void run(String text, double seconds) throws Dialogue.Late {
        List<Value[]> rows = new ArrayList<>();
        try (TupleQueryResult answer = prepare(text, seconds).evaluate()) {
            List<String> names = answer.getBindingNames();
            while (answer.hasNext()) {
                var row = answer.next();
                rows.add(names.stream().map(row::getValue).toArray(Value[]::new));
            }
        } catch (QueryInterruptedException error) {
            throw new Dialogue.Late(seconds);
        }
    }

    @Override
    public void write(String text, double seconds, OutputStream out) throws Dialogue.Late {
        try {
            prepare(text, seconds).evaluate(new SPARQLResultsJSONWriter(out));
        } catch (QueryInterruptedException error) {
            throw new Dialogue.Late(seconds);
        }
    }

    private TupleQuery prepare(String text, double seconds) {
        TupleQuery query = connection.prepareTupleQuery(text);
        query.setMaxExecutionTime((int) Math.ceil(seconds));
        return query;
    }
}
